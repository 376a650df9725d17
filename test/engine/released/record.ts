import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { brotliCompressSync } from "node:zlib";
import { SimulatedStack } from "../simulated-stack";
import { type Recording, ROOK_RELEASE, rookRelease } from "./recordings";

/**
 * Records the states that a release leaves behind, for released-states.test.ts. After a release:
 * npx tsx test/engine/released/record.ts [CHECKOUT]
 * CHECKOUT is a directory with that release, ready to run; default: this repository.
 */
async function main(): Promise<void> {
    const program = resolve(process.argv[2] ?? join(__dirname, "..", "..", ".."));
    const { version } = JSON.parse(readFileSync(join(program, "package.json"), "utf8")) as { version: string };
    const stacks: Record<string, Recording> = {};
    for (const [name, setUp] of Object.entries(CLUSTERS)) stacks[name] = await record(program, setUp);
    const file = join(__dirname, `${version}.json.br`);
    writeFileSync(file, brotliCompressSync(JSON.stringify(stacks)));
    process.stdout.write(`${file} has the states of ${Object.keys(stacks).join(" and ")}\n`);
}

const CLUSTERS: Record<string, (program: string) => Promise<SimulatedStack>> = {
    "a master and two workers": (program) => SimulatedStack.start(2, program),
    "three masters with storage": async (program) => {
        const stack = await SimulatedStack.start(0, program);
        for (const name of ["master-2", "master-3"]) await stack.add(name, "control-plane");
        for (const node of stack.nodes) node.schedulable = true;
        const nodes = stack.nodes.map(({ name }) => ({ name, devices: ["/dev/vdb"] }));
        stack.settings.storage = { addOn: "rook", manifests: rookRelease, nodes };
        return stack;
    },
};

async function record(program: string, setUp: (program: string) => Promise<SimulatedStack>): Promise<Recording> {
    const stack = await setUp(program);
    try {
        await stack.up();
        const { deployment, ...rest } = await stack.workspace.export();
        // Where a program's lines are differs between machines, and no step depends on it.
        const resources = deployment.resources?.map((one) => ({ ...one, sourcePosition: undefined }));
        const config = stack.written.replaceAll(rookRelease, ROOK_RELEASE);
        return { config, state: { ...rest, deployment: { ...deployment, resources } } };
    } finally {
        await stack.close();
    }
}

void main();
