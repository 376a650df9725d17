import { spawnSync } from "node:child_process";
import { join } from "node:path";

/** What a component's own help says of its flags and feature gates. */
export interface Help {
    flags: string[];
    /** Those of them that the help calls deprecated. */
    deprecated: string[];
    gates: string[];
}

/** A component's program below a directory that is laid out as the publisher's site. */
export function programOf(site: string, version: string, component: string): string {
    return join(site, version, "bin", "linux", "amd64", component);
}

/** Runs a component with some arguments and --help; it does nothing else then. */
export function helpText(binary: string, args: string[] = []): string {
    const { stdout, stderr, error } = spawnSync(binary, [...args, "--help"], { encoding: "utf8", timeout: 60_000 });
    if (error) throw error;
    return stdout + stderr;
}

/** Reads the text of a component's help. */
export function parseHelp(text: string): Help {
    const help: Help = { flags: [], deprecated: [], gates: [] };
    for (const line of text.split("\n")) {
        const flag = /^ +(?:-\w, )?--([A-Za-z0-9-]+)/.exec(line)?.[1];
        if (flag !== undefined) {
            help.flags.push(flag);
            if (line.includes("DEPRECATED")) help.deprecated.push(flag);
        }
        const gate = /^ +(?:kube:)?([A-Z]\w+)=true\|false \(/.exec(line)?.[1];
        if (gate !== undefined) help.gates.push(gate);
    }
    return help;
}

/** Whether a component takes a flag, shown by its help or not. */
export function accepts(binary: string, flag: string): boolean {
    return !helpText(binary, [`--${flag}=1`]).includes("unknown flag");
}
