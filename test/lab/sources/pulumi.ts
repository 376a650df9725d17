import { mkdirSync, renameSync, rmSync } from "node:fs";
import { cacheDir } from "../paths";
import { run } from "../run";
import type { Site } from "./choose";
import { type Publishers, pulumiCli, pulumiPlugin } from "./publishers";
import { take } from "./steps";

const say = (line: string) => process.stderr.write(`engine: ${line}\n`);

/** What shows that Pulumi's releases can be reached. */
export const pulumiSite = (from: Publishers, version: string): Site => ({
    name: "github.com",
    url: pulumiCli(from, version).sums,
    kind: "sums",
});

/** Takes the CLI with its language hosts into a directory that appears only when it is whole. */
export async function fetchCli(from: Publishers, version: string, directory: string): Promise<void> {
    const archive = cacheDir("downloads", "pulumi.tar.gz");
    const partial = `${directory}.partial`;
    say(`taking pulumi ${version}`);
    await take(pulumiCli(from, version), archive, { from, say });
    rmSync(partial, { recursive: true, force: true });
    mkdirSync(partial, { recursive: true });
    await run("tar", ["-xzf", archive, "-C", partial, "--strip-components=1", "--no-same-owner"]);
    rmSync(archive);
    rmSync(directory, { recursive: true, force: true });
    renameSync(partial, directory);
}

/** Takes provider plug-ins into a PULUMI_HOME. */
export async function fetchPlugins(
    from: Publishers,
    pulumi: string,
    home: string,
    plugins: { name: string; version: string }[],
): Promise<void> {
    mkdirSync(home, { recursive: true });
    for (const { name, version } of plugins) {
        const archive = cacheDir("downloads", `plugin-${name}.tar.gz`);
        say(`taking the plug-in ${name} ${version}`);
        await take(pulumiPlugin(from, name, version), archive, { from, say });
        const env = { PULUMI_HOME: home, PULUMI_SKIP_UPDATE_CHECK: "true" };
        await run(pulumi, ["plugin", "install", "resource", name, version, "--file", archive, "--reinstall"], { env });
        rmSync(archive);
    }
}
