import assert from "node:assert/strict";
import { labWorkspace } from "../../lab/api";

/** What came of a run of `pulumi up` that was ended by SIGKILL. */
export interface Interrupted {
    /** What it had printed by then. */
    output: string;
}

/** Starts `pulumi up` and ends it, with its plug-ins, by SIGKILL once its output shows `marker`. */
export async function killedUp(marker: RegExp, delayMilliseconds: number): Promise<Interrupted> {
    let output = "";
    let group: number | undefined;
    let armed = true;
    await labWorkspace().up([], {
        timeout: 300,
        onStart: (pid) => {
            group = pid;
        },
        onOutput: (text) => {
            output += text;
            if (!armed || !marker.test(output)) return;
            armed = false;
            setTimeout(() => process.kill(-(group as number), "SIGKILL"), delayMilliseconds);
        },
    });
    assert.equal(armed, false, `the run ended before ${String(marker)} was seen:\n${output}`);
    // A run that was killed holds the stack's lock; this is what Pulumi's own message says to do.
    await labWorkspace().release();
    return { output };
}
