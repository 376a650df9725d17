import * as fs from "node:fs";
import * as path from "node:path";
import { encodeInputs, encodeText } from "./script-inputs";

/** Where the scripts stay on a host, so that an operator can run a step by hand: directory 0700, owner root. */
export const HOST_SCRIPT_DIRECTORY = "/opt/kubeadm-cluster";

/**
 * Standard input of `bash -s` that installs scripts on a host and runs the first of them: receive.sh, then each
 * file as its name, its number of lines and the lines, an empty line, and the inputs of the script that runs.
 * @param directories hold the *.sh files that are left on the host, under their own names.
 * @param precheck a program that gets the inputs too, before anything is written on the host; where it fails nothing is
 */
export function bundle(directories: string[], inputs: Record<string, string>, precheck?: string): string {
    const receive = fs.readFileSync(path.join(__dirname, "scripts", "receive.sh"), "utf8");
    const texts = directories.flatMap((directory) =>
        fs
            .readdirSync(directory)
            .filter((file) => file.endsWith(".sh"))
            .sort()
            .map((file) => encodeText(file, fs.readFileSync(path.join(directory, file), "utf8").trimEnd())),
    );
    if (precheck !== undefined) texts.push(encodeText("precheck.sh", precheck.trimEnd()));
    return `${receive}${texts.join("")}\n${encodeInputs(inputs)}`;
}
