import * as pulumi from "@pulumi/pulumi";

/** What the SDK says of a resource that the engine could not make, or did not begin since another one had failed. */
const FOLLOW_UP = /\bresource \S+ \[[^\]]+\] failed to register$/;

/** Whether an error only says that another one, which the engine tells of itself, came before. */
export function isFollowUp(error: unknown): boolean {
    return error instanceof Error && FOLLOW_UP.test(error.message);
}

/** An output, or something else where its resource has failed in this run; the engine tells of that one. */
export function unlessFailed<Value, Instead>(
    output: pulumi.Output<Value>,
    instead: Instead,
): pulumi.Output<Value | Instead> {
    return pulumi.recover<Value | Instead>(output, (error: unknown) => {
        if (!isFollowUp(error)) throw error;
        return instead;
    });
}

/** The same where the SDK tells it, with a stack trace behind it. */
const TOLD = /^.{0,20}Error: (.*: )?resource \S+ \[[^\]\s]+\] failed to register$/m;

/**
 * Has the SDK leave out errors that follow from another one. With `up --continue-on-error`, each resource that waits for one
 * which failed was told as an unhandled exception, beside the one error that says what happened on the host. The run ends
 * with the exit code that such an exception gives: else the engine would take what was not begun for given up, and delete it.
 */
export function tellFirstErrorsOnly(): void {
    const tell = pulumi.log.error.bind(pulumi.log);
    const error: typeof pulumi.log.error = (text, ...more) =>
        TOLD.test(text) ? Promise.resolve() : tell(text, ...more);
    Object.assign(pulumi.log, { error });
    // Node warns of a rejection that is handled late, unless somebody listens.
    process.on("rejectionHandled", () => undefined);
}
