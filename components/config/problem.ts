import * as pulumi from "@pulumi/pulumi";

/** Something wrong in a component's arguments. */
export interface Problem {
    /** Where: the field's path inside the arguments, such as `digests.kube`. */
    path: string;
    /** What was found, and what to write instead. Never holds the value of a secret. */
    message: string;
}

/**
 * Guards a constructor.
 *
 * @throws pulumi.RunError with all problems, so that the user sees one clean message and no stack trace
 */
export function refuse(what: string, problems: Problem[]): void {
    if (problems.length > 0) {
        throw new pulumi.RunError(`${what}: ${problems.map((p) => `${p.path}: ${p.message}`).join("; ")}`);
    }
}
