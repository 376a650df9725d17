/** What host scripts put before each line that is meant for this program: other words of a host lack it. */
const MARK = "kubeadm-cluster> ";

/** The lines that a host's script has answered, without those of a greeting, a shell's start-up files or a program. */
export function answers(stdout: string): string[] {
    return stdout
        .split("\n")
        .filter((line) => line.startsWith(MARK))
        .map((line) => plainText(line.slice(MARK.length)));
}

const CONTROL_SEQUENCES = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[ -/]*[0-~])?/g;
const CONTROL_CHARACTERS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/**
 * A host's words as they may stand in a terminal or a log: without escape sequences and control characters, and with no
 * line that a CI system would take for a command of its own (`::`).
 */
export function plainText(words: string): string {
    return words
        .replace(CONTROL_SEQUENCES, "")
        .replace(/\r\n?/g, "\n")
        .replace(CONTROL_CHARACTERS, "")
        .replace(/^(\s*)::/gm, "$1: :");
}
