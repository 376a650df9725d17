import { execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
    cpSync,
    existsSync,
    lstatSync,
    mkdirSync,
    readdirSync,
    readFileSync,
    readlinkSync,
    rmSync,
    writeFileSync,
} from "node:fs";
import * as path from "node:path";

/** What a root starts from: the upper directories of the runs that made it, the last one first, and what is in memory. */
export interface Start {
    uppers: string[];
    memory?: string;
}

/** One run of a command in a root. */
export interface Call {
    command: string[];
    stdin: string;
    limitSeconds: number;
    /** `record`, or `kill N` and `fill N`: what happens at the N-th command. */
    plan?: string;
    /** `FAMILY K fail|hang|empty`: what the K-th call of a program answers. */
    fault?: string;
}

export interface Outcome {
    code: number;
    stdout: string;
    stderr: string;
    /** Commands that were run, where they were recorded, and the one at the cut. */
    commands: string[];
    /** Calls of doubles that can be made to fail: FAMILY PROGRAM ARGUMENTS. */
    asked: string[];
    /** All that doubles were called with, and in what environment. */
    exposed: string;
    /** Calls that a double does not know. */
    beyond: string[];
    /** The step was ended from outside, as nothing in it had a limit. */
    hung: boolean;
    /** The plan's command was reached. */
    cut: boolean;
}

/** A file, directory or link at the end of a run. */
export interface Entry {
    type: "file" | "directory" | "link" | "other" | "absent";
    mode: number;
    /** Digest of the contents, or where a link leads. */
    content: string;
    bytes?: Buffer;
}
export type Tree = Map<string, Entry>;

const inside = path.join(__dirname, "inside");
/** Longer than any script takes whose time goes by what it sleeps. */
const REAL_LIMIT_MS = 180_000;
const DISK_MEGABYTES = 24;

/** Roots that all stand on the same layers, below a directory in memory that goes with this process's mounts. */
export class Workshop {
    constructor(
        readonly work: string,
        readonly base: string,
        tree: string,
    ) {
        execFileSync("mount", ["-t", "tmpfs", "-o", "mode=755", "cuts", work]);
        execFileSync(path.join(inside, "build.sh"), [work, base, tree], { stdio: ["ignore", "ignore", "inherit"] });
    }

    layers(start: Start, withScripts = true): string {
        const own = withScripts ? [path.join(this.work, "scripts")] : [];
        return [...start.uppers, ...own, path.join(this.work, "host"), path.join(this.work, "mask"), this.base].join(
            ":",
        );
    }
}

/** A root of its own: a disk of a few megabytes, on which a run can be followed by another one. */
export class Root {
    private readonly place: string;
    private layers = "";
    private start: Start = { uppers: [] };

    constructor(
        private readonly workshop: Workshop,
        name: string,
    ) {
        this.place = path.join(workshop.work, "roots", name);
        for (const directory of ["disk", "merged", "dev"])
            mkdirSync(path.join(this.place, directory), { recursive: true });
        execFileSync("mount", ["-t", "tmpfs", "-o", `size=${DISK_MEGABYTES}m,mode=755`, "cuts", this.at("disk")]);
        execFileSync("mount", ["--bind", path.join(workshop.work, "dev"), this.at("dev")]);
    }

    private at(...below: string[]): string {
        return path.join(this.place, ...below);
    }

    /** Begins anew. */
    reset(start: Start, withScripts = true): void {
        this.unmount();
        for (const directory of ["disk/upper", "disk/work", "disk/ballast", "memory"])
            rmSync(this.at(directory), { recursive: true, force: true });
        for (const directory of ["disk/upper", "disk/work", "disk/ballast"]) mkdirSync(this.at(directory));
        const memory = start.memory ?? path.join(this.workshop.work, "memory");
        cpSync(memory, this.at("memory"), { recursive: true, verbatimSymlinks: true });
        this.start = start;
        this.layers = this.workshop.layers(start, withScripts);
        execFileSync("mount", [
            ...["-t", "overlay", "overlay", "-o"],
            `lowerdir=${this.layers},upperdir=${this.at("disk/upper")},workdir=${this.at("disk/work")}`,
            this.at("merged"),
        ]);
    }

    private unmount(): void {
        if (this.layers) execFileSync("umount", [this.at("merged")]);
        this.layers = "";
    }

    /** Room again on a disk that was filled up. */
    free(): void {
        rmSync(this.at("disk/ballast/full"), { force: true });
    }

    has(file: string): boolean {
        return existsSync(this.at("merged", file));
    }

    /** Runs a command, and waits until nothing of it is left. */
    async run(call: Call): Promise<Outcome> {
        const cut = this.at("memory/sim/cut");
        rmSync(cut, { recursive: true, force: true });
        mkdirSync(cut);
        const [how = "none", at = "0"] = (call.plan ?? "none").split(" ");
        const start: Record<string, string> = { plan: `${at} ${how}`, fault: call.fault ?? "none", clock: "0" };
        for (const [name, text] of Object.entries(start)) writeFileSync(path.join(cut, name), `${text}\n`);
        writeFileSync(path.join(cut, "count"), "");
        writeFileSync(this.at("input"), call.stdin);
        rmSync(this.at("code"), { force: true });
        const words = [this.place, this.layers, String(call.limitSeconds), ...call.command];
        await new Promise<void>((resolve) => {
            const child = spawn(path.join(inside, "enter.sh"), words, { stdio: ["ignore", "ignore", "inherit"] });
            const timer = setTimeout(() => child.kill("SIGKILL"), REAL_LIMIT_MS);
            child.on("close", () => {
                clearTimeout(timer);
                resolve();
            });
        });
        if (!existsSync(this.at("code")))
            throw new Error("a run did not come to its end within three minutes, or its root could not be entered");
        const read = (file: string) => (existsSync(file) ? readFileSync(file, "utf8") : "");
        const lines = (file: string) => read(path.join(cut, file)).split("\n").filter(Boolean);
        return {
            code: Number(read(this.at("code")).trim() || "255"),
            stdout: read(this.at("stdout")),
            stderr: read(this.at("stderr")),
            commands: lines("commands"),
            asked: lines("asked"),
            beyond: lines("beyond"),
            exposed: read(path.join(cut, "calls")) + read(path.join(cut, "environments")),
            hung: existsSync(path.join(cut, "hung")),
            cut: existsSync(path.join(cut, "done")),
        };
    }

    /** Keeps what this root is now, for others to start from. */
    keep(name: string): Start {
        const kept = path.join(this.workshop.work, "starts", name);
        mkdirSync(kept, { recursive: true });
        this.unmount();
        // Files that were deleted are devices there, and directories carry marks.
        execFileSync("cp", ["-a", this.at("disk/upper"), this.at("memory"), kept]);
        rmSync(path.join(kept, "memory/sim/cut"), { recursive: true, force: true });
        return { uppers: [path.join(kept, "upper"), ...this.start.uppers], memory: path.join(kept, "memory") };
    }

    /** All files that are not the base's. */
    tree(): Tree {
        const tree: Tree = new Map();
        const look = (name: string) => {
            tree.set(name, entryOf(this.at(/^\/(run|sim)\//.test(name) ? "memory" : "merged", name)));
        };
        const names = new Set([this.at("disk/upper"), ...this.start.uppers].flatMap((upper) => namesBelow(upper, "")));
        for (const name of names) if (!/^\/(run|sim|dev|proc|sys)(\/|$)/.test(name)) look(name);
        for (const place of ["/run", "/sim"]) namesBelow(this.at("memory"), place).forEach(look);
        return tree;
    }

    /** What a file is that no run has changed. */
    lookAt(name: string): Entry {
        return entryOf(this.at("merged", name));
    }
}

function namesBelow(root: string, below: string): string[] {
    return readdirSync(path.join(root, below), { withFileTypes: true }).flatMap((found) => {
        const name = `${below}/${found.name}`;
        if (/^\/sim\/(cut|ballast|programs)$/.test(name)) return [];
        return found.isDirectory() ? [name, ...namesBelow(root, name)] : [name];
    });
}

function entryOf(file: string): Entry {
    let found;
    try {
        found = lstatSync(file);
    } catch {
        return { type: "absent", mode: 0, content: "" };
    }
    const mode = found.mode & 0o7777;
    if (found.isDirectory()) return { type: "directory", mode, content: "" };
    if (found.isSymbolicLink()) return { type: "link", mode, content: readlinkSync(file) };
    if (!found.isFile()) return { type: "other", mode, content: "" };
    const bytes = readFileSync(file);
    return { type: "file", mode, content: digest(bytes), bytes };
}

/** Times differ from run to run. */
function digest(bytes: Buffer): string {
    const text = bytes.toString("latin1").replaceAll(/20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, "TIME");
    return createHash("sha256").update(text, "latin1").digest("hex");
}
