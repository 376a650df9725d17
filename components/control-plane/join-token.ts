import * as pulumi from "@pulumi/pulumi";
import { HostConnection, RemoteScript } from "../remote";
import { bootstrapToken } from "./bootstrap-token";

/** Arguments of JoinToken. */
export interface JoinTokenArgs {
    /** Name of the node that may join with the token. */
    nodeName: string;
    /** That node's own address, for which its kubelet may have a certificate. */
    nodeAddress: string;
    /** Machine.identity of that node: two hosts of one cluster must not share it. */
    machineIdentity: pulumi.Input<string>;
    /** How the control plane node is reached. May hold secrets. */
    controlPlaneConnection: HostConnection;
    /** The reset of that node's host: when it is replaced by another one, the node is removed before and admitted anew. */
    reset: pulumi.Resource;
    /** True = the host is gone: the node leaves the cluster at once. Default false. */
    gone?: boolean;
    /** Why the node may have to join again with a token. Default: it has not. */
    repair?: Promise<string | undefined>;
    /** For a node of the control plane: opens its certificates while they lie in the cluster; 64 hex digits. Secret. */
    certificateKey?: pulumi.Output<string>;
}

/**
 * One node's bootstrap token. It is valid for 15 minutes at a time, until that node has joined; its deletion takes
 * the node out of the cluster: drained, its Node object deleted, and its member of etcd where it has one.
 */
export class JoinToken {
    /** The token, ID.SECRET, once the control plane accepts it. Secret. */
    public readonly token: pulumi.Output<string>;
    /** The admission of the node by the control plane. */
    public readonly admission: RemoteScript;

    /** @param opts whose the token is, and what comes before the admission */
    constructor(
        name: string,
        args: JoinTokenArgs,
        { parent, dependsOn }: { parent: pulumi.ComponentResource; dependsOn: pulumi.Resource[] },
    ) {
        const { id, secret } = bootstrapToken(name, parent);
        const { certificateKey } = args;
        const removal = certificateKey === undefined ? "remove-node.sh" : "remove-control-plane-node.sh";
        const remove = { script: removal, args: [args.nodeName], timeoutSeconds: 300, ifPresent: true } as const;
        const removeGone = { ...remove, args: [args.nodeName, "gone"] };
        this.admission = new RemoteScript(
            `${name}-admission`,
            {
                connection: args.controlPlaneConnection,
                repair: args.gone ? undefined : args.repair,
                ...(args.gone
                    ? { update: removeGone, delete: removeGone }
                    : {
                          create: { script: "admit.sh", args: [args.nodeName], timeoutSeconds: 120 },
                          update: { script: "admit.sh", args: [args.nodeName, "unless-admitted"], timeoutSeconds: 120 },
                          delete: remove,
                      }),
                inputs: {
                    TOKEN_ID: id,
                    TOKEN_SECRET: secret,
                    NODE_ADDRESS: args.nodeAddress,
                    MACHINE_IDENTITY: args.machineIdentity,
                    ...(certificateKey !== undefined && { CERTIFICATE_KEY: certificateKey }),
                },
            },
            // The host's reset is among these: the node leaves the cluster before its host is reset.
            { parent, dependsOn, replaceWith: [args.reset], deleteBeforeReplace: true },
        );
        this.token = pulumi.secret(pulumi.interpolate`${id}.${secret}`);
    }
}
