import * as fs from "node:fs";
import * as path from "node:path";
import { gzipSync, strToU8 } from "fflate";
import { encodeText } from "./script-inputs";

/** Where the scripts stay on a host, so that an operator can run a step by hand: directory 0700, owner root. */
export const HOST_SCRIPT_DIRECTORY = "/opt/kubeadm-cluster";

/**
 * Host scripts as one line of text, the same for every host: each file's name, its number of lines and the lines, packed.
 * Unpacked it is three times as long, which is felt: the state has it twice for each host, and the engine hands it around.
 * A packer in JavaScript gives the same bytes on every machine, where zlib's depend on the processor and hosts would look
 * changed.
 * @param parts directories of the *.sh files that are left on the host, under their own names; the directories of one
 * part are packed as if they were one
 * @param precheck a program that gets the inputs too, before anything is written on the host; where it fails nothing is
 */
export function packScripts(parts: string[][], precheck?: string): string {
    const texts = parts.flatMap((directories) =>
        directories
            .flatMap((directory) => fs.readdirSync(directory).map((file) => ({ directory, file })))
            .filter(({ file }) => file.endsWith(".sh"))
            .sort((one, other) => (one.file < other.file ? -1 : 1))
            .map(({ directory, file }) =>
                encodeText(file, fs.readFileSync(path.join(directory, file), "utf8").trimEnd()),
            ),
    );
    if (precheck !== undefined) texts.push(encodeText("precheck.sh", precheck.trimEnd()));
    return Buffer.from(gzipSync(strToU8(texts.join("")), { level: 9, mtime: 0 })).toString("base64");
}

const receiver = fs.readFileSync(path.join(__dirname, "scripts", "receive.sh"), "utf8");

/**
 * Standard input of `bash -s` that installs scripts on a host and runs the first of them: receive.sh, the line with the
 * packed scripts, and the inputs of the script that runs.
 */
export function withScripts(packed: string, inputs: string): string {
    return `${receiver}${packed}\n${inputs}`;
}
