import { readdirSync, readFileSync } from "node:fs";

/** What a process and all that it has started have used. */
export interface Usage {
    /** Most memory at one time, in bytes. Pages that processes share are counted once. */
    memory: number;
    /** Seconds of work of all processors, up to the last look. */
    cpu: number;
    /** Most files and sockets that one of the processes had open at one time. */
    files: number;
}

/** Ticks per second of the times in /proc, which is the same on every Linux. */
const TICKS = 100;
/** To have its memory read holds a large process up for some 15 ms: four times a second, that was a tenth of a preview. */
const LOOK_MILLISECONDS = 1000;

interface Seen {
    pid: number;
    parent: number;
    cpu: number;
}

function processes(): Seen[] {
    return readdirSync("/proc")
        .filter((name) => /^\d+$/.test(name))
        .flatMap((name) => {
            try {
                // Behind the name, which can hold spaces: state, parent, ..., user and system time as 12th and 13th.
                const stat = readFileSync(`/proc/${name}/stat`, "utf8");
                const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
                const cpu = (Number(fields[11]) + Number(fields[12])) / TICKS;
                return [{ pid: Number(name), parent: Number(fields[1]), cpu }];
            } catch {
                // It has ended since.
                return [];
            }
        });
}

function memory(pid: number): number {
    try {
        const kilobytes = /^Pss:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))?.[1];
        return Number(kilobytes ?? 0) * 1024;
    } catch {
        return 0;
    }
}

function openFiles(pid: number): number {
    try {
        return readdirSync(`/proc/${pid}/fd`).length;
    } catch {
        return 0;
    }
}

/** Watches a process and all that it starts, until it is told to stop. */
export function watchUsage(root: number): () => Usage {
    let most = 0;
    let files = 0;
    const cpu = new Map<number, number>();
    const look = () => {
        const all = processes();
        const family = new Set([root]);
        // Children can have lower ids than their parents: until nobody is found any more.
        for (let before = 0; before < family.size;) {
            before = family.size;
            for (const { pid, parent } of all) if (family.has(parent)) family.add(pid);
        }
        for (const one of all) if (family.has(one.pid)) cpu.set(one.pid, one.cpu);
        files = Math.max(files, ...[...family].map(openFiles));
        most = Math.max(
            most,
            [...family].reduce((sum, pid) => sum + memory(pid), 0),
        );
    };
    const timer = setInterval(look, LOOK_MILLISECONDS);
    return () => {
        clearInterval(timer);
        return { memory: most, files, cpu: [...cpu.values()].reduce((sum, one) => sum + one, 0) };
    };
}
