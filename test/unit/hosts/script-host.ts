import { spawnSync } from "node:child_process";
import {
    chmodSync,
    existsSync,
    mkdirSync,
    mkdtempSync,
    readdirSync,
    readFileSync,
    rmSync,
    statSync,
    writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { encodeInputs } from "../../../components/remote";
import { copyScripts } from "./scripts-copy";

/** Programs that host scripts start, each a double that does nothing until a test says what. */
const PROGRAMS = ["kubeadm", "kubectl", "systemctl", "systemd-run", "sleep", "hostname", "journalctl"];

/** A host double for the scripts themselves: they run in bash on this machine, below a directory of their own. */
export class ScriptHost {
    readonly root = mkdtempSync(join(tmpdir(), "script-host-"));
    private readonly scripts = copyScripts(this.root);

    constructor() {
        for (const program of PROGRAMS) this.program(program, "");
        this.program("hostname", "echo this-host");
        // The scripts that only ask for readiness find it at once.
        // A node of the control plane is one, as long as a test does not say otherwise.
        this.program(
            "kubectl",
            'case "$*" in *readyz*) echo -n ok ;; *"-l node-role.kubernetes.io/"*) echo node/x ;; esac',
        );
    }

    /** What a program does from now on, in bash; `calls` lists each start of it with its arguments. */
    program(name: string, body: string): void {
        const path = join(this.root, "bin", name);
        const record = `printf '%s\\n' "${name} $*" >>'${join(this.root, "calls")}'`;
        writeFileSync(path, `#!/bin/bash\nROOT='${this.root}'\n${record}\n${body}\n`);
        chmodSync(path, 0o755);
    }

    /** Writes driver.sh, an entry script that reads these inputs and runs `body`: for parts that other scripts source. */
    driver(inputs: string[], body: string): void {
        const head = `#!/bin/bash
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
. "$here/lib.sh"
read_inputs ${inputs.join(" ")}
mkdir -p "$STATE"
`;
        this.write("scripts/driver.sh", head + body, 0o755);
    }

    /** Starts of programs since the last `run` began, as NAME ARGUMENTS. Asking for the host's name is left out. */
    get calls(): string[] {
        const text = this.read("calls") ?? "";
        return text.split("\n").filter((line) => line !== "" && !line.startsWith("hostname"));
    }

    run(script: string, args: string[], inputs: Record<string, string>, environment: Record<string, string> = {}) {
        return this.runWith(script, args, encodeInputs(inputs), environment);
    }

    /** The same with standard input as it is. */
    runWith(script: string, args: string[], input: string, environment: Record<string, string> = {}) {
        rmSync(join(this.root, "calls"), { force: true });
        const env = { ...process.env, HOSTNAME: "this-host", ...environment };
        const options = { input, encoding: "utf8", timeout: 20_000, env } as const;
        const { status, stdout, stderr } = spawnSync(join(this.scripts, script), args, options);
        return { status, stdout, stderr };
    }

    /** A file of the host; undefined where there is none. */
    read(path: string): string | undefined {
        const file = join(this.root, path);
        return existsSync(file) ? readFileSync(file, "utf8") : undefined;
    }

    /** The files below a directory of the host as "PATH TIME", so that one written anew shows, its text the same or not. */
    files(directory: string): string[] {
        return readdirSync(join(this.root, directory), { recursive: true, encoding: "utf8" })
            .map((name) => ({ name, stat: statSync(join(this.root, directory, name), { bigint: true }) }))
            .filter(({ stat }) => stat.isFile())
            .map(({ name, stat }) => `${name} ${stat.mtimeNs}`)
            .sort();
    }

    write(path: string, text: string, mode = 0o644): void {
        mkdirSync(dirname(join(this.root, path)), { recursive: true });
        writeFileSync(join(this.root, path), text, { mode });
    }

    /** Removes files of the host. */
    clear(...paths: string[]): void {
        for (const path of paths) rmSync(join(this.root, path), { force: true });
    }

    remove(): void {
        rmSync(this.root, { recursive: true, force: true });
    }
}
