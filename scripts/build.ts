import { spawnSync } from "node:child_process";
import { cpSync, readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";

// `npm run build`: the component and its plug-in as JavaScript with types, in dist/ as the sources lie.
const project = join(__dirname, "..");
const dist = join(project, "dist");
rmSync(dist, { recursive: true, force: true });

const compiler = join(dirname(require.resolve("typescript/package.json")), "bin", "tsc");
const { status } = spawnSync(process.execPath, [compiler, "-p", "provider"], { cwd: project, stdio: "inherit" });
if (status !== 0) process.exit(status ?? 1);

// What they read beside their own files: scripts for the hosts, and data.
for (const part of ["components", "provider"])
    for (const file of readdirSync(join(project, part), { recursive: true, encoding: "utf8" }))
        if (/\.(sh|json)$/.test(file) && !file.endsWith("tsconfig.json"))
            cpSync(join(project, part, file), join(dist, part, file));
