import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** Writes a file that is there whole or not at all, whenever the writer is stopped. Default mode 0644. */
export function writeWhole(file: string, text: string, mode = 0o644): void {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(`${file}.partial`, text, { mode });
    renameSync(`${file}.partial`, file);
}
