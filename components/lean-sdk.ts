import * as pulumi from "@pulumi/pulumi";

/**
 * Spares the SDK two kinds of notes, which were more than half of the program's time with 100 workers.
 *
 * What it does: some five debug messages for each resource, each a call of the engine, two of them with all that the
 * resource holds. `pulumi --debug` showed the administrator's key by them; what engine and plug-ins say it still shows.
 *
 * Where a resource was made: a whole stack trace several times for each, and ts-node reads every one back to the source.
 * Those errors have no message; all others keep their stack. These notes come back with PULUMI_DEBUG_PROMISE_LEAKS=true,
 * which is what the SDK prints them for.
 */
export function leanSdk(): void {
    Object.assign(pulumi.log, { debug: () => Promise.resolve() });
    if (process.env.PULUMI_DEBUG_PROMISE_LEAKS) return;
    const whole = Error.prepareStackTrace?.bind(Error);
    Error.prepareStackTrace = (error, frames): unknown => {
        if (error.message === "") return error.name;
        return whole ? whole(error, frames) : [String(error), ...frames.map(String)].join("\n    at ");
    };
}
