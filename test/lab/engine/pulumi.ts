import { spawn } from "node:child_process";
import { ensureEngine } from ".";

/** `npm run pulumi -- ARGS`: Pulumi from wherever ensureEngine() finds or builds it, at the caller's terminal. */
async function main(args: string[]): Promise<void> {
    const { pulumi, env, adapt } = await ensureEngine();
    const child = spawn(pulumi, adapt(args, process.cwd()), { stdio: "inherit", env });
    process.exitCode = await new Promise<number>((resolve, reject) => {
        child.on("error", reject);
        child.on("close", (code) => resolve(code ?? 1));
    });
}

main(process.argv.slice(2)).catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
});
