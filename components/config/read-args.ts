import * as pulumi from "@pulumi/pulumi";
import type { KubeadmClusterArgs, SshArgs } from "../args";
import { LaterValues } from "./later-values";
import { checkStackValues } from "./load";
import { ClusterConfig, SECRET_KEYS } from "./schema";

/** The secret values of a cluster's arguments, as far as they are set. */
export type ClusterSecrets = { [key in (typeof SECRET_KEYS)[number]]?: pulumi.Output<string> };

/** The arguments of a cluster, checked: plain values, secrets, and what puts in the values that come from other resources. */
export interface ClusterArguments {
    config: ClusterConfig;
    secrets: ClusterSecrets;
    settle: (text: string) => pulumi.Input<string>;
}

/**
 * Checks the arguments of a cluster.
 * @param name of the cluster, for messages
 * @throws pulumi.RunError naming every problem at once: path, what was found, what is expected
 */
export function readArgs(name: string, args: KubeadmClusterArgs): ClusterArguments {
    const later = new LaterValues();
    const secrets: ClusterSecrets = {};
    const values: Record<string, unknown> = {};
    for (const [key, value] of Object.entries(args as unknown as Record<string, unknown>)) {
        if (value === undefined) continue;
        if ((SECRET_KEYS as string[]).includes(key)) {
            secrets[key as keyof ClusterSecrets] = pulumi.secret(value as pulumi.Input<string>);
            values[key] = true;
        } else values[key] = value;
    }
    if (args.ssh) values.ssh = plainSsh(args.ssh, later);
    if (Array.isArray(args.nodes))
        values.nodes = args.nodes.map((node) => ({
            ...node,
            address: later.address(node.address),
            ...(node.internalAddress !== undefined && { internalAddress: later.address(node.internalAddress) }),
            ...(node.hostKey !== undefined && { hostKey: later.hostKey(node.hostKey) }),
            ...(node.ssh && { ssh: plainSsh(node.ssh, later) }),
        }));
    return { config: checkStackValues(name, values), secrets, settle: (text) => later.settle(text) };
}

function plainSsh(ssh: SshArgs, later: LaterValues): unknown {
    const { bastion } = ssh;
    return {
        ...ssh,
        ...(ssh.hostKey !== undefined && { hostKey: later.hostKey(ssh.hostKey) }),
        ...(bastion && {
            bastion: {
                ...bastion,
                host: later.address(bastion.host),
                ...(bastion.hostKey !== undefined && { hostKey: later.hostKey(bastion.hostKey) }),
            },
        }),
    };
}
