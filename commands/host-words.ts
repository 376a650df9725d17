/** Escape sequences of a terminal: what moves its cursor, sets its title or its colours. */
const ESCAPES =
    /(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b[PX^_][^\x1b]*(?:\x1b\\)?|\x1b[ -/]*[0-Z\\`-~]/g;
/** What is left to steer a terminal, or turns text around: control characters but tab and line end, and bidirectional marks. */
const CONTROLS = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2028\u2029\u2066-\u2069\ufeff]/g;
/** A command of a CI system, at the start of a line as its runner reads it: `::set-env ...` or `##[group]`. */
const WORKFLOW_COMMAND = /^(\s*)(::|##\[|##vso\[)/gm;

/**
 * What a host, or a program that it runs, said, as a terminal and a CI log may show it: no escape sequence, no control
 * character, no line that the log's reader takes for a command. A carriage return becomes a line end.
 */
export function hostWords(text: string): string {
    return text
        .replace(/\r\n?/g, "\n")
        .replace(ESCAPES, "")
        .replace(CONTROLS, "")
        .replace(WORKFLOW_COMMAND, (_, space: string, mark: string) => `${space}${[...mark].join(" ")}`);
}

/** The same in one line. */
export function hostLine(text: string): string {
    return hostWords(text).trim().replace(/\s+/g, " ");
}
