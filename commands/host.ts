import type { ClusterConfig, NodeConfig } from "../components/config";
import { commandLine, encodeInputs, hostConnection, needsSudo, type ScriptCall } from "../components/remote";
import { CommandError } from "./command-line";
import { execute, logIn, type Outcome, Refusal } from "./precheck/ssh";
import type { PlainSecrets } from "./stack";

/** What a script on a host is given. */
export interface ScriptInput {
    /** Its inputs by their names. */
    inputs?: Record<string, string>;
    /** Standard input as it is, instead. */
    stdin?: string;
}

/**
 * Runs a script that the program has left on a host, over a connection of its own.
 * @throws CommandError naming the node where it cannot be reached; a script that fails is an outcome
 */
export async function runOnHost(
    config: ClusterConfig,
    secrets: PlainSecrets,
    node: NodeConfig,
    call: ScriptCall,
    { inputs = {}, stdin }: ScriptInput = {},
): Promise<Outcome> {
    const connection = hostConnection(config.ssh, node, secrets, undefined, process.env.SSH_AUTH_SOCK);
    try {
        const bastion = connection.bastion && (await logIn(connection.bastion));
        try {
            const session = await logIn(connection, bastion);
            const line = commandLine(call, needsSudo(connection));
            const outcome = await execute(session, line, stdin ?? encodeInputs(inputs));
            session.client.end();
            return outcome;
        } finally {
            bastion?.client.end();
        }
    } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        throw new CommandError(`${node.name} cannot be reached: ${error.found}`);
    }
}
