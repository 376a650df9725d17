import { readFileSync } from "node:fs";
import type { Problem } from "../problem";
import { isGroup } from "../plain-values";

/** More than any patch, and still sent to each host in no time. */
const LONGEST_PATCH = 100_000;
/** A value that is the path of a file: a text of YAML has spaces, or more than a line. */
const FILE = /^\S+\.(yaml|yml|json)$/;

/** The texts of `kubernetes.kubeadm.patches`: what names a file is read from the project's directory. */
export function readPatches(patches: unknown): { patches: unknown; problems: Problem[] } {
    if (!isGroup(patches)) return { patches, problems: [] };
    const problems: Problem[] = [];
    const texts = Object.entries(patches).map(([name, value]): [string, unknown] => {
        if (typeof value !== "string") return [name, value];
        const path = `kubernetes.kubeadm.patches.${name}`;
        const text = FILE.test(value) ? fileText(value, path, problems) : value;
        if (text.length > LONGEST_PATCH)
            problems.push({ path, message: `has more than ${LONGEST_PATCH} characters, which no patch needs` });
        // A line end at the end says nothing, and would be another patch to the hosts.
        return [name, text.slice(0, LONGEST_PATCH).replaceAll("\r\n", "\n").trimEnd()];
    });
    return { patches: Object.fromEntries(texts), problems };
}

function fileText(file: string, path: string, problems: Problem[]): string {
    try {
        return readFileSync(file, "utf8");
    } catch (error) {
        const message = `${file} cannot be read (${(error as NodeJS.ErrnoException).code}): give its path from the project's directory, or the patch itself`;
        problems.push({ path, message });
        // What is not there is no empty patch.
        return "{}";
    }
}
