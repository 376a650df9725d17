import * as pulumi from "@pulumi/pulumi";
import { ClusterConfig, ClusterSecrets, NodeConfig } from "../config";
import { HostConnection } from "./connection";

/**
 * How a configured host is reached: the stack's `ssh`, what the node says differently, and the secrets.
 * @param stackIdentity presented by every step; without it a host takes its word from any stack
 */
export function hostConnection<Secret>(
    config: ClusterConfig,
    node: NodeConfig,
    secrets: { [key in keyof ClusterSecrets]?: Secret },
    stackIdentity?: pulumi.Input<string>,
): HostConnection<Secret> {
    const ssh = { ...config.ssh, ...node.ssh };
    const agentSocketPath = ssh.agent ? process.env.SSH_AUTH_SOCK : undefined;
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
            privateKey: secrets.bastionPrivateKey ?? secrets.sshPrivateKey,
            agentSocketPath,
        },
    };
}
