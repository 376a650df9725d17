import * as pulumi from "@pulumi/pulumi";
// eslint-disable-next-line @typescript-eslint/no-require-imports -- the module itself: the SDK calls what is set on it
import debuggable = require("@pulumi/pulumi/runtime/debuggable");

/**
 * Spares the SDK three kinds of notes, which were more than half of the program's time with 100 workers.
 *
 * What it does: some five debug messages for each resource, each a call of the engine, two of them with all that the
 * resource holds. `pulumi --debug` showed the administrator's key by them; what engine and plug-ins say it still shows.
 *
 * Where a resource was made: a whole stack trace several times for each, and ts-node reads every one back to the source.
 * Those errors have no message; all others keep their stack.
 *
 * Where a promise was made that is never kept: a stack trace for each. That there is one is still told, and fails the run.
 *
 * The last two come back with PULUMI_DEBUG_PROMISE_LEAKS=true, which is what the SDK prints them for.
 */
export function leanSdk(): void {
    Object.assign(pulumi.log, { debug: () => Promise.resolve() });
    if (process.env.PULUMI_DEBUG_PROMISE_LEAKS) return;
    const whole = Error.prepareStackTrace?.bind(Error);
    Error.prepareStackTrace = (error, frames): unknown => {
        if (error.message === "") return error.name;
        return whole ? whole(error, frames) : [String(error), ...frames.map(String)].join("\n    at ");
    };
    // Not among the types: it is the SDK's own.
    const { debuggablePromise } = debuggable as unknown as { debuggablePromise: (...args: unknown[]) => unknown };
    Object.assign(debuggable, {
        debuggablePromise: (...args: unknown[]) => {
            const limit = Error.stackTraceLimit;
            Error.stackTraceLimit = 0;
            try {
                return debuggablePromise(...args);
            } finally {
                Error.stackTraceLimit = limit;
            }
        },
    });
}
