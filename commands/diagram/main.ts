import { parseArgs } from "node:util";
import { ensureEngine, run, type StackExport } from "../../lab/engine";
import { drawInto } from "./draw";

/** `npm run diagram -- --stack STACK [--out DIRECTORY]`: the stack's cluster as SVG and Mermaid. */
async function main(): Promise<void> {
    const { values } = parseArgs({
        options: { stack: { type: "string" }, out: { type: "string", default: "." } },
        allowPositionals: false,
    });
    if (values.stack === undefined)
        throw new Error("say which stack: npm run diagram -- --stack STACK [--out DIRECTORY]");
    const { pulumi, env } = await ensureEngine();
    const { code, stdout, stderr } = await run(
        pulumi,
        ["stack", "export", "--stack", values.stack, "--non-interactive"],
        {
            env,
        },
    );
    if (code !== 0) throw new Error(`pulumi stack export failed: ${stderr.trim()}`);
    const files = drawInto(values.out, `cluster-${values.stack}`, JSON.parse(stdout) as StackExport);
    console.log(files.join("\n"));
}

main().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
});
