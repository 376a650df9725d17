import * as pulumi from "@pulumi/pulumi";
import { ANSWER_MARK } from "../../../components/remote/answer";
import { stackState } from "../../../components/remote/stack-state";
import { seal } from "../../doubles/seal";

/** A resource as the stand-in for the engine saw it. */
export interface Seen {
    type: string;
    name: string;
    inputs: Record<string, unknown>;
    /** Inputs as JSON, with `[secret]` in place of what arrived as a secret. */
    shown: string;
}

const TRANSFER_KEY = "the transfer key";

/** Runs a piece of program against a stand-in for the engine, in which every command prints nothing, or that sealed. */
export async function register(program: () => void): Promise<Seen[]> {
    const seen: Seen[] = [];
    await pulumi.runtime.setMocks({
        newResource: ({ type, name, inputs }) => {
            const shown = JSON.stringify(inputs, (_, value: unknown) =>
                pulumi.runtime.isRpcSecret(value) ? "[secret]" : value,
            );
            seen.push({ type, name, inputs: inputs as Record<string, unknown>, shown });
            const stdout = shown.includes("storage-report.sh") ? ANSWER_MARK + seal("", TRANSFER_KEY) : "";
            return { id: `${name}-id`, state: { ...inputs, stdout, stderr: "", result: TRANSFER_KEY } as object };
        },
        call: ({ inputs }) => inputs as Record<string, unknown>,
    });
    // What is asked again depends on it, and the wait below does not see a registration that has not begun.
    await stackState();
    program();
    // Waits for every registration under way, those of outputs included.
    await pulumi.runtime.disconnect();
    return seen;
}
