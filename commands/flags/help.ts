import { spawnSync } from "node:child_process";
import { join } from "node:path";

/** What a component's own help says of its flags and feature gates. */
export interface Help {
    flags: string[];
    /** Those of them that the help calls deprecated. */
    deprecated: string[];
    gates: string[];
    /** The type of each flag's value as the help writes it; bool where it writes none. */
    types: Record<string, string>;
    /** What flags take that know a few words alone. */
    choices: Record<string, string[]>;
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
    const help: Help = { flags: [], deprecated: [], gates: [], types: {}, choices: {} };
    let last = "";
    for (const line of text.split("\n")) {
        const [, flag, type = ""] = /^ +(?:-\w, )?--([A-Za-z0-9-]+)(?: (\S+))?/.exec(line) ?? [];
        if (flag !== undefined) {
            last = flag;
            help.flags.push(flag);
            help.types[flag] = type === "" ? "bool" : type;
            if (line.includes("DEPRECATED")) help.deprecated.push(flag);
        }
        const choices = choicesIn(line);
        if (choices.length > 0) help.choices[last] = [...(help.choices[last] ?? []), ...choices];
        const gate = /^ +(?:kube:)?([A-Z]\w+)=true\|false \(/.exec(line)?.[1];
        if (gate !== undefined) help.gates.push(gate);
    }
    return help;
}

// The words that a line of help says are all there are.
function choicesIn(line: string): string[] {
    const said =
        /(?:Comma-delimited list of(?: admission plugins)?:|(?:Possible|Preferred|Insecure) values:|Known (?:modes|formats) are|Valid options are) ([^.(]+)/;
    const [, list = ""] = said.exec(line) ?? [];
    return list
        .split(/,\s*| or | /)
        .map((word) => word.replace(/^'|'$/g, ""))
        .filter((word) => word !== "");
}

/** The flags of each type; of texts nothing is said. */
export function flagsByType(types: Record<string, string>): Record<string, string> {
    const names = [...new Set(Object.values(types))].filter((type) => type !== "string").sort();
    const flags = (type: string) => Object.keys(types).filter((flag) => types[flag] === type);
    return Object.fromEntries(names.map((type) => [type, flags(type).sort().join(" ")]));
}

/** Whether a component takes a flag, shown by its help or not. */
export function accepts(binary: string, flag: string): boolean {
    return !helpText(binary, [`--${flag}=1`]).includes("unknown flag");
}
