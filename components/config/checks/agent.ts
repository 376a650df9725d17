import type { ClusterConfig } from "../schema";
import type { Problem } from "../problem";

/**
 * Hosts that only an SSH agent opens, on a machine that has none.
 * @param secrets those that are set, by name
 * @param socket of the agent, as SSH_AUTH_SOCK names it
 */
export function agentProblems({ ssh, nodes }: ClusterConfig, secrets: object, socket: string | undefined): Problem[] {
    if (socket || "sshPrivateKey" in secrets || "sshPassword" in secrets) return [];
    const message =
        "true, but this machine runs no SSH agent (SSH_AUTH_SOCK is not set), and there is no sshPrivateKey: no host would let Pulumi in; start an agent and add the key (ssh-add), or set the secret sshPrivateKey";
    const paths = nodes.flatMap((node, index) => (node.ssh?.agent ? [`nodes[${index}].ssh.agent`] : []));
    return [...(ssh.agent ? ["ssh.agent"] : []), ...paths].map((path) => ({ path, message }));
}
