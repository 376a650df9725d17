import * as lab from "../lab/api";

/** What came of a run of Pulumi that was to be ended by SIGKILL. */
export interface KilledRun {
    /** Seconds after its start at which it was to be killed. */
    after: number;
    /** False = it had ended by itself before. */
    killed: boolean;
    /** Seconds that it ran. */
    seconds: number;
    /** Its last line, where it stood. */
    stoodAt: string;
}

/** Runs `pulumi up` or `destroy` of the lab's stack and ends it, with its plug-ins, by SIGKILL `after` seconds. */
export async function killedRun(verb: "up" | "destroy", after: number): Promise<KilledRun> {
    let output = "";
    let killed = false;
    let timer: NodeJS.Timeout | undefined;
    const began = Date.now();
    await lab.labWorkspace()[verb]([], {
        timeout: 900,
        onStart: (pid) => {
            timer = setTimeout(() => {
                process.kill(-pid, "SIGKILL");
                killed = true;
            }, after * 1000);
        },
        onOutput: (text) => {
            output += text;
        },
    });
    clearTimeout(timer);
    const seconds = (Date.now() - began) / 1000;
    // A run that was killed holds the stack's lock; this is what Pulumi's own message says to do.
    if (killed) await lab.labWorkspace().release();
    return { after, killed, seconds, stoodAt: output.trim().split("\n").at(-1)?.trim() ?? "" };
}
