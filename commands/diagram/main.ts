import { parseArgs } from "node:util";
import { readOptions, runMain } from "../command-line";
import { askPulumi } from "../pulumi";
import { drawInto } from "./draw";
import type { StackExport } from "./state";

const USAGE =
    "usage: npm run diagram -- --stack NAME [--out DIRECTORY]\n" +
    "Draws the cluster of a stack as SVG and Mermaid, from the stack's state; no host is reached.";

async function main(): Promise<number> {
    const { stack, out } = readOptions(USAGE, () => {
        const { values } = parseArgs({
            options: { stack: { type: "string" }, out: { type: "string", default: "." } },
        });
        if (values.stack === undefined) throw new Error("--stack is missing");
        return { ...values, stack: values.stack };
    });
    const state = await askPulumi(
        ["stack", "export", "--stack", stack],
        `the state of the stack ${stack} cannot be read`,
    );
    console.log(drawInto(out, `cluster-${stack}`, JSON.parse(state) as StackExport).join("\n"));
    return 0;
}

runMain(main);
