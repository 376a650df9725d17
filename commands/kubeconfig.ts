import { closeSync, existsSync, openSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { CommandError, readOptions, runMain } from "./command-line";
import { askPulumi } from "./pulumi";

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
    const args = ["stack", "output", "kubeconfig", "--show-secrets", "--stack", stack];
    const kubeconfig = await askPulumi(args, `the kubeconfig of the stack ${stack} cannot be read`);
    const file = openSync(out, "wx", 0o600);
    writeFileSync(file, kubeconfig);
    closeSync(file);
    console.log(`${out}: the administrator's, readable by you alone`);
    return 0;
}

runMain(main);
