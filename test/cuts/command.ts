import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import * as path from "node:path";
import { parseArgs } from "node:util";
import { cacheDir } from "../lab/paths";
import { Harness } from "./harness";
import { type Mode, modes } from "./modes";
import { reportText } from "./report";
import { Workshop } from "./root";
import { Checkout } from "./tree";

const usage = `Cut off every host script at every command, fill its disk, have programs fail, and look what holds.
usage: npm run test:cuts -- [options]
  --minutes M        how long it may take (default 10)
  --all              every cut, however long it takes
  --seed S           which cuts are taken, and in which order (default: by the time)
  --script NAME      this script alone, such as reset.sh
  --situation TEXT   situations alone whose names have this text; several texts stand apart by |
  --mode MODE        kill, full or answers alone
  --cut PLAN         this cut alone, as the report names it, such as "kill 17"; or those at commands with this text
  --tree DIRECTORY   run the scripts of another checkout
`;

/** Seconds; the sum of the base names of roots that hosts of the lab stand on, or this machine's own. */
function base(): string {
    const folder = cacheDir("rootfs");
    const made = existsSync(folder)
        ? readdirSync(folder).filter((name) => existsSync(path.join(folder, name, "etc")))
        : [];
    // Debian's, not one that is dressed as another distribution.
    const [first] = made.filter((name) => !name.endsWith(".partial") && !name.startsWith("el9-")).sort();
    return first ? path.join(folder, first) : "/";
}

async function main(): Promise<number> {
    const { values } = parseArgs({
        options: {
            minutes: { type: "string", default: "10" },
            all: { type: "boolean", default: false },
            seed: { type: "string" },
            script: { type: "string" },
            situation: { type: "string" },
            mode: { type: "string" },
            cut: { type: "string" },
            tree: { type: "string", default: path.resolve(__dirname, "../..") },
            help: { type: "boolean", default: false },
        },
    });
    if (values.help) {
        process.stdout.write(usage);
        return 0;
    }
    if (values.mode !== undefined && !modes.includes(values.mode as Mode))
        throw new Error(`--mode ${values.mode}: it is ${modes.join(", ")}`);
    // All mounts go with this process.
    if (process.env["CUTS_PRIVATE"] !== "yes") {
        const words = [
            "--mount",
            "--propagation",
            "private",
            process.execPath,
            ...process.execArgv,
            ...process.argv.slice(1),
        ];
        const { status } = spawnSync("unshare", words, {
            stdio: "inherit",
            env: { ...process.env, CUTS_PRIVATE: "yes" },
        });
        return status ?? 1;
    }
    const seed = values.seed === undefined ? Math.floor(Date.now() / 1000) : Number.parseInt(values.seed, 10);
    const checkout = new Checkout(path.resolve(values.tree));
    const work = mkdtempSync(path.join(tmpdir(), "cuts-"));
    try {
        const harness = new Harness(new Workshop(work, base(), checkout.directory), checkout, {
            seed,
            deadline: values.all ? Infinity : Date.now() + Number(values.minutes) * 60_000,
            scripts: values.script === undefined ? undefined : [values.script],
            situation: values.situation,
            modes: values.mode === undefined ? modes : [values.mode as Mode],
            cut: values.cut,
            workers: Math.min(4, availableParallelism()),
        });
        await harness.run();
        const heading = `Cuts of host scripts, seed ${seed}, on ${base()}`;
        const report = reportText(harness.rows, harness.findings, harness.leftOut, heading);
        const file = cacheDir("cuts", "report.txt");
        mkdirSync(path.dirname(file), { recursive: true });
        writeFileSync(file, report);
        process.stdout.write(`${report}The report is in ${file}\n`);
        return harness.findings.length > 0 ? 1 : 0;
    } finally {
        // The directory itself; what is mounted there goes with the namespace.
        spawnSync("umount", ["-R", "-l", work]);
        rmSync(work, { recursive: true, force: true });
    }
}

main().then(
    (code) => (process.exitCode = code),
    (error: unknown) => {
        process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
        process.exitCode = 1;
    },
);
