import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, test } from "node:test";
import { parse, stringify } from "yaml";
import { run } from "../lab/engine";

const PROJECT = resolve(__dirname, "..", "..");
const directory = mkdtempSync(join(tmpdir(), "preview-ci-"));
after(() => rmSync(directory, { recursive: true, force: true }));

/** The script as the workflow calls it for a fork: no secret, no state, no host. */
async function preview(configFile: string) {
    const summary = join(directory, "summary.md");
    const result = await run(join(PROJECT, "scripts", "preview-ci.sh"), ["dev", "--throw-away"], {
        env: {
            ...process.env,
            PULUMI: "npm run --silent pulumi --",
            CONFIG_FILE: configFile,
            PREVIEW_SUMMARY: summary,
            KUBECONFIG: "",
        },
    });
    return { ...result, summary: readFileSync(summary, "utf8") };
}

test("CI's preview of Pulumi.dev.yaml breaks no policy, and ends with a summary", async () => {
    const { code, stdout, stderr, summary } = await preview(join(PROJECT, "Pulumi.dev.yaml"));
    assert.equal(code, 0, stdout + stderr);
    assert.match(stdout, /✅ kubeadm-cluster@/);
    assert.ok(stdout.endsWith(summary), "the summary is the last that is printed");
    assert.match(summary, /^\| Workers \| \d+ \| {2}\| {2}\| {2}\|$/m);
    assert.match(summary, /`cluster-worker-2-worker-join` \(create\): `join\.sh`/);
});

test("CI's preview fails where a host is not verified, with the policy and the step in its summary", async () => {
    const file = parse(readFileSync(join(PROJECT, "Pulumi.dev.yaml"), "utf8")) as {
        config: Record<string, { hostKey?: string }[]>;
    };
    const [master] = file.config["kubeadm-cluster:nodes"] ?? [];
    delete master?.hostKey;
    const secret = { "kubeadm-cluster:sshPrivateKey": { secure: "v1:another passphrase's" } };
    const configFile = join(directory, "Pulumi.dev.yaml");
    writeFileSync(configFile, stringify({ encryptionsalt: "v1:x", config: { ...file.config, ...secret } }));
    const { code, summary } = await preview(configFile);
    assert.notEqual(code, 0);
    assert.match(summary, /\*\*host-key-is-pinned\*\* by `cluster-master-prepare`/);
});
