import { output } from "../engine/simulated-stack";
import type { PulumiOptions, Result } from "../lab/engine";
import { watchUsage, type Usage } from "./usage";

/** One run of Pulumi, as it was measured. */
export interface Measured extends Usage {
    /** Seconds from its start to its end. */
    seconds: number;
    result: Result;
}

/**
 * Measures a run of Pulumi.
 * @throws Error with all output when it fails
 */
export async function measure(run: (options: PulumiOptions) => Promise<Result>): Promise<Measured> {
    let usage = (): Usage => ({ memory: 0, cpu: 0, files: 0 });
    const began = Date.now();
    const result = await run({ onStart: (pid) => (usage = watchUsage(pid)) });
    const measured = { seconds: (Date.now() - began) / 1000, ...usage(), result };
    if (result.code !== 0) throw new Error(`a run that was measured failed:\n${output(result)}`);
    return measured;
}
