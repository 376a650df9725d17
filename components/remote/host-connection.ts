import * as pulumi from "@pulumi/pulumi";
import { ClusterSecrets, NodeConfig, SshConfig } from "../config";
import { HostConnection } from "./connection";

/**
 * How a configured host is reached: the stack's `ssh`, what the node says differently, and the secrets.
 * @param stackSsh the stack's `ssh`
 * @param stackIdentity presented by every step; without it a host takes its word from any stack
 * @param agentSocket of the SSH agent, for a program that dials by itself: the plug-in looks for SSH_AUTH_SOCK itself. In a
 * Command it would change with every login, and each step would run again
 */
export function hostConnection<Secret>(
    stackSsh: SshConfig,
    node: NodeConfig,
    secrets: { [key in keyof ClusterSecrets]?: Secret },
    stackIdentity?: pulumi.Input<string>,
    agentSocket?: string,
): HostConnection<Secret> {
    const ssh = { ...stackSsh, ...node.ssh };
    const agentSocketPath = ssh.agent ? agentSocket : undefined;
    return {
        host: node.address,
        port: ssh.port,
        user: ssh.user,
        hostKey: node.hostKey ?? ssh.hostKey,
        waitSeconds: ssh.waitSeconds,
        gone: node.gone,
        stackIdentity,
        privateKey: secrets.sshPrivateKey,
        privateKeyPassword: secrets.sshPrivateKeyPassword,
        password: secrets.sshPassword,
        agentSocketPath,
        bastion: ssh.bastion && {
            host: ssh.bastion.host,
            port: ssh.bastion.port,
            user: ssh.bastion.user,
            hostKey: ssh.bastion.hostKey,
            ...bastionLogin(secrets),
            agentSocketPath,
        },
    };
}

// The bastion's own key, or else what opens the hosts.
function bastionLogin<Secret>(secrets: { [key in keyof ClusterSecrets]?: Secret }) {
    if (secrets.bastionPrivateKey !== undefined)
        return { privateKey: secrets.bastionPrivateKey, privateKeyPassword: secrets.bastionPrivateKeyPassword };
    return {
        privateKey: secrets.sshPrivateKey,
        privateKeyPassword: secrets.sshPrivateKeyPassword,
        password: secrets.sshPassword,
    };
}
