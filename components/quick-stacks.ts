/**
 * Makes the SDK's notes of where a resource was made cheap. It takes a whole stack trace several times for each
 * resource and ts-node reads every one back to the source, which was half of the program's time with 100 workers. Those
 * errors have no message; all others keep their stack. The notes come back with PULUMI_DEBUG_PROMISE_LEAKS=true, which
 * is what the SDK prints them for.
 */
export function quickStacks(): void {
    if (process.env.PULUMI_DEBUG_PROMISE_LEAKS) return;
    const whole = Error.prepareStackTrace?.bind(Error);
    Error.prepareStackTrace = (error, frames): unknown => {
        if (error.message === "") return error.name;
        return whole ? whole(error, frames) : [String(error), ...frames.map(String)].join("\n    at ");
    };
}
