import { spawnSync } from "node:child_process";
import { closeSync, existsSync, openSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { parseArgs } from "node:util";
import { findOrBuildCli } from "../lab/engine/cli";
import { CommandError, readOptions, runMain } from "./command-line";
import { hostLine } from "./host-words";

const USAGE =
    "usage: npm run kubeconfig -- --stack NAME [--out FILE]\n" +
    "Writes the administrator's kubeconfig to a new file that only you can read; kubeconfig-NAME by default.";

async function main(): Promise<number> {
    const { stack, out } = readOptions(USAGE, () => {
        const { values } = parseArgs({ options: { stack: { type: "string" }, out: { type: "string" } } });
        if (values.stack === undefined) throw new Error("--stack is missing");
        return { stack: values.stack, out: values.out ?? `kubeconfig-${values.stack}` };
    });
    if (existsSync(out)) throw new CommandError(`${out} exists already: name another file by --out`);
    const { pulumi, path } = await findOrBuildCli();
    const args = ["stack", "output", "kubeconfig", "--show-secrets", "--stack", stack, "--non-interactive"];
    const env = { PULUMI_SKIP_UPDATE_CHECK: "true", ...process.env, PATH: [...path, process.env.PATH].join(delimiter) };
    const { status, stdout, stderr } = spawnSync(pulumi, args, { cwd: join(__dirname, ".."), env, encoding: "utf8" });
    if (status !== 0) throw new CommandError(`the kubeconfig could not be had: ${hostLine(stderr)}`);
    const file = openSync(out, "wx", 0o600);
    writeFileSync(file, stdout);
    closeSync(file);
    console.log(`${out}: the administrator's, readable by you alone`);
    return 0;
}

runMain(main);
