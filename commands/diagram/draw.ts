import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { clusterOf } from "./cluster";
import { mermaid } from "./mermaid";
import type { StackExport } from "./state";
import { svg } from "./svg";

/** Draws a stack's cluster into DIRECTORY/NAME.svg and NAME.mmd; gives their paths. */
export function drawInto(directory: string, name: string, state: StackExport): string[] {
    const cluster = clusterOf(state);
    const texts: Record<string, string> = { svg: svg(cluster), mmd: mermaid(cluster) };
    return Object.entries(texts).map(([extension, text]) => {
        const file = join(directory, `${name}.${extension}`);
        writeFileSync(file, text);
        return file;
    });
}
