import * as pulumi from "@pulumi/pulumi";
import { answerIn } from "./answer";
import type { AnswerForm } from "./scripts";

type Outputs = Record<string, unknown>;

/** Outputs of the stack's resources by their URNs, as the state had them before this run. */
export type StackState = Record<string, { outputs: Outputs }>;

async function readState(): Promise<StackState> {
    try {
        const stackName = `${pulumi.getOrganization()}/${pulumi.getProject()}/${pulumi.getStack()}`;
        const read: unknown = await pulumi.runtime.invoke("pulumi:pulumi:readStackResourceOutputs", { stackName });
        return (read as { outputs?: StackState }).outputs ?? {};
    } catch {
        // A backend that cannot tell: what would be seen by it is left to the hosts.
        return {};
    }
}

// By the run: a process may make several stacks, and one stack several times. The SDK has a monitor of its own for each.
const runs = new WeakMap<object, { state: Promise<StackState>; commands?: Promise<Map<string, Outputs>> }>();

function thisRun() {
    const monitor = pulumi.runtime.getMonitor() ?? runs;
    const run = runs.get(monitor) ?? { state: readState() };
    runs.set(monitor, run);
    return run;
}

/** The stack's own state, read once in a run; no host is asked. */
export function stackState(): Promise<StackState> {
    return thisRun().state;
}

/** What the state has of each command, by its name. */
function formerCommands(): Promise<Map<string, Outputs>> {
    const run = thisRun();
    return (run.commands ??= run.state.then(
        (all) =>
            new Map(
                Object.entries(all)
                    .filter(([urn]) => /command:remote:Command::[^:]+$/.test(urn))
                    .map(([urn, { outputs }]) => [urn.slice(urn.lastIndexOf(":") + 1), outputs]),
            ),
    ));
}

/** The input that made a step run again: what it was in the state stays, or its absence would make the step run once more. */
const ASKED = /^ASK_AGAIN 1\n(\d{4}-\d\d-\d\dT[\d:.]+Z)$/m;

/**
 * The value of ASK_AGAIN for a step: a new one where the answer in the state is not in its declared form, or the step would
 * not run again, since nothing else has changed.
 * @param mayBeEmpty true = a step that has not run yet has answered nothing
 */
export async function askAgain(name: string, form: AnswerForm, mayBeEmpty: boolean): Promise<string | undefined> {
    const former = (await formerCommands()).get(name);
    if (!former) return undefined;
    const { stdout, stdin } = former;
    const text = typeof stdout === "string" ? stdout : "";
    if ((mayBeEmpty && text === "") || answerIn(text, form))
        return ASKED.exec(typeof stdin === "string" ? stdin : "")?.[1];
    return new Date().toISOString();
}
