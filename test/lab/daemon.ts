import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { writeWhole } from "./files";
import { until } from "./run";

/** Set in the environment of every process that outlives a lab command, so that it is known whoever started it. */
const marker = "KUBEADM_CLUSTER_LAB";

/** When a process started, in clock ticks since boot: with it a pid that was given again is not mistaken. */
function startTime(pid: number): string | undefined {
    try {
        // The second field is the program's name in parentheses and may hold anything; the start time is field 22.
        const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
        const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
        return fields[0] === "Z" ? undefined : fields[19];
    } catch {
        return undefined;
    }
}

/** The process that a pid file records, if it still runs: the file holds its pid and its start time. */
export function daemonPid(pidFile: string): number | undefined {
    if (!existsSync(pidFile)) return undefined;
    const [pid, started] = readFileSync(pidFile, "utf8").trim().split(" ");
    return pid && started && startTime(Number(pid)) === started ? Number(pid) : undefined;
}

export interface Daemon {
    pidFile: string;
    logFile: string;
    command: string;
    args: string[];
    env?: Record<string, string>;
    /** What it is, in one word: `host`, `registry`, `site`. */
    kind: string;
}

/** Starts a process that stays when this one ends, unless the recorded one still runs. Gives its pid. */
export function startDaemon(daemon: Daemon): number {
    const running = daemonPid(daemon.pidFile);
    if (running !== undefined) return running;
    mkdirSync(dirname(daemon.logFile), { recursive: true });
    const log = openSync(daemon.logFile, "w", 0o600);
    let child: ChildProcess;
    try {
        child = spawn(daemon.command, daemon.args, {
            cwd: "/",
            detached: true,
            env: { ...process.env, ...daemon.env, [marker]: daemon.kind },
            stdio: ["ignore", log, log],
        });
    } finally {
        closeSync(log);
    }
    // What went wrong at the start is in the log, and whoever waits for the daemon finds it gone.
    child.on("error", () => undefined);
    child.unref();
    const pid = child.pid ?? 0;
    writeWhole(daemon.pidFile, `${pid} ${startTime(pid) ?? "gone"}\n`);
    return pid;
}

/** Ends the recorded process: SIGTERM, and SIGKILL when it stays longer than `patience` milliseconds. */
export async function stopDaemon(pidFile: string, patience = 3000): Promise<void> {
    const pid = daemonPid(pidFile);
    if (pid !== undefined) await endProcess(pid, patience);
    rmSync(pidFile, { force: true });
}

/** Ends one process; `patience` 0 kills it right away. */
export async function endProcess(pid: number, patience: number): Promise<void> {
    const started = startTime(pid);
    const gone = () => startTime(pid) !== started || started === undefined;
    if (patience > 0) {
        send(pid, "SIGTERM");
        if (await until(gone, patience)) return;
    }
    send(pid, "SIGKILL");
    await until(gone, 5000);
}

function send(pid: number, signal: NodeJS.Signals): void {
    try {
        process.kill(pid, signal);
    } catch {
        // It ended by itself in between.
    }
}

/** Every process on the machine that some lab command left running, with its kind; what runs inside a host is not listed. */
export function labProcesses(): { pid: number; kind: string }[] {
    const found: { pid: number; kind: string }[] = [];
    for (const entry of readdirSync("/proc")) {
        if (!/^\d+$/.test(entry)) continue;
        try {
            const variables = readFileSync(`/proc/${entry}/environ`, "utf8").split("\0");
            const mark = variables.find((variable) => variable.startsWith(`${marker}=`));
            if (mark) found.push({ pid: Number(entry), kind: mark.slice(marker.length + 1) });
        } catch {
            // Processes end while the list is read.
        }
    }
    return found;
}
