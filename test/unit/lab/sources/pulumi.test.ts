import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { PublishersDouble } from "../../../doubles/publishers";
import { publishers, pulumiCli, pulumiPlugin } from "../../../lab/sources/publishers";
import { fetchCli, fetchPlugins } from "../../../lab/sources/pulumi";

const directory = mkdtempSync(join(tmpdir(), "pulumi-"));
const cli = join(directory, "cli");
const earlier = process.env["XDG_CACHE_HOME"];
let site: PublishersDouble;

/** An archive of programs of one line each, by their places. */
function tarOf(root: string, ...names: string[]): Buffer {
    const folder = mkdtempSync(join(directory, "tar-"));
    execFileSync("mkdir", ["-p", join(folder, root)]);
    for (const name of names) writeFileSync(join(folder, root, name), `#!/bin/sh\necho "$@"\n`, { mode: 0o755 });
    return execFileSync("tar", ["-C", folder, "-cz", ...(root === "." ? names : [root])]);
}

function offer({ url, sums }: { url: string; sums: string }, content: Buffer): void {
    const name = url.split("/").at(-1);
    site.offer(sums, `${"0".repeat(64)}  other.tar.gz\n${site.offer(url, content)}  ${name}\n`);
}

before(async () => {
    process.env["XDG_CACHE_HOME"] = join(directory, "cache");
    site = await PublishersDouble.start();
    offer(pulumiCli(site.publishers, "3.259.0"), tarOf("pulumi", "pulumi", "pulumi-language-nodejs"));
    offer(pulumiPlugin(site.publishers, "random", "4.21.1"), tarOf(".", "pulumi-resource-random"));
});
after(() => {
    site.close();
    rmSync(directory, { recursive: true });
    if (earlier === undefined) delete process.env["XDG_CACHE_HOME"];
    else process.env["XDG_CACHE_HOME"] = earlier;
});
beforeEach(() => {
    site.reset();
    rmSync(cli, { recursive: true, force: true });
});

test("the CLI is there with its language host, or not at all", async () => {
    site.fail(/x64\.tar\.gz/, "wrong", 1);
    await assert.rejects(fetchCli(site.publishers, "3.259.0", cli), /its published one is .*; nothing of it was kept/);
    assert.equal(existsSync(cli), false);
    await fetchCli(site.publishers, "3.259.0", cli);
    for (const name of ["pulumi", "pulumi-language-nodejs"]) assert.ok(existsSync(join(cli, name)), name);
});

test("a plug-in goes to the CLI as a file whose sum was right", async () => {
    const asked = join(directory, "asked");
    const pulumi = join(directory, "pulumi");
    writeFileSync(pulumi, `#!/bin/sh\necho "$PULUMI_HOME $*" >>'${asked}'\ntest -s "$7"\n`, { mode: 0o755 });
    const plugins = [{ name: "random", version: "4.21.1" }];
    const home = join(directory, "home");
    site.fail(/random/, "wrong", 2);
    await assert.rejects(fetchPlugins(site.publishers, pulumi, home, plugins), /published one|no SHA-256/);
    assert.equal(existsSync(asked), false);
    site.reset();
    await fetchPlugins(site.publishers, pulumi, home, plugins);
    const start = `${home} plugin install resource random 4.21.1 --file `;
    assert.ok(readFileSync(asked, "utf8").startsWith(start), readFileSync(asked, "utf8"));
});

test("the real sites are asked by https, for whole versions, and no sum that is kept is malformed", () => {
    const real = publishers("3.259.0");
    assert.equal(
        pulumiPlugin(real, "command", "1.2.1").url,
        "https://github.com/pulumi/pulumi-command/releases/download/v1.2.1/pulumi-resource-command-v1.2.1-linux-amd64.tar.gz",
    );
    for (const [key, sum] of Object.entries(real.sums)) {
        assert.match(`${key} ${sum}`, /^[a-z-]+ v\d+\.\d+\.\d+ (amd64|arm64) [0-9a-f]{64}$/);
    }
    for (const [image, digest] of Object.entries(real.images)) {
        assert.match(`${image} ${digest}`, /^[a-z0-9.]+\/[a-z0-9./-]+:[\w.-]+ sha256:[0-9a-f]{64}$/);
    }
});
