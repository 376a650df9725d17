import * as pulumi from "@pulumi/pulumi";

/** Something wrong in a component's arguments. */
export interface Problem {
    /** Where: the field's path inside the arguments, such as `digests.kube`. */
    path: string;
    /** What was found, and what to write instead. Never holds the value of a secret. */
    message: string;
}

/** What fits on a line of a terminal of 100 columns behind the engine's own words. */
const WIDTH = 92;

/**
 * A text in the lines of a terminal: one that is too long for a line gets a line for each of its parts, which
 * semicolons separate. A quoted value is never broken.
 */
export function inLines(text: string, indent = ""): string {
    if (indent.length + text.length <= WIDTH || text.includes("\n")) return indent + text;
    const parts = text.match(/(?:"(?:\\.|[^"\\])*"|;(?! )|[^;])+/g) ?? [text];
    return parts.map((part, index) => `${indent}${index === 0 ? "" : "  "}${part.trim()}`).join("\n");
}

/**
 * An error for the user: what failed and where; what was found; what to do next. Its message stays as it is: where it is
 * thrown within an output, the SDK would write the name of each input in front that the output is a part of.
 */
export function failure(text: string): pulumi.RunError {
    const message = inLines(text);
    const error = new pulumi.RunError(message);
    return Object.defineProperty(error, "message", { get: () => message, set: () => undefined });
}

/** The same for several faults: a head, and below it each fault in lines of its own. */
export function failures(head: string, texts: readonly string[]): pulumi.RunError {
    return failure(`${head}:\n${texts.map((text) => inLines(text, "  ")).join("\n")}`);
}

/**
 * Guards a constructor.
 *
 * @throws pulumi.RunError with all problems, so that the user sees one clean message and no stack trace
 */
export function refuse(what: string, problems: Problem[]): void {
    if (problems.length > 0) {
        const texts = problems.map(({ path, message }) => `${path}: ${message}`);
        if (texts.length === 1) throw failure(`${what}: ${texts[0]}`);
        throw failures(what, texts);
    }
}
