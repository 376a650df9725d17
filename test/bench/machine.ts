import { cpus, loadavg, release, totalmem } from "node:os";

/** The machine that something was measured on, in one line. */
export function machine(): string {
    const [processor] = cpus();
    const memory = Math.round(totalmem() / 1024 ** 3);
    return `${cpus().length} x ${processor?.model.trim() ?? "unknown processor"}, ${memory} GiB, Linux ${release()}, Node.js ${process.versions.node}`;
}

/** Processes that wanted to run in the last minute, on average: more than the machine's processors is a busy machine. */
export const load = (): string => (loadavg()[0] ?? 0).toFixed(1);
