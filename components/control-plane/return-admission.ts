import * as pulumi from "@pulumi/pulumi";
import { nodeAddress, NodeConfig } from "../config";
import { HostConnection, RemoteScript } from "../remote";
import { bootstrapToken, certificateKeyOf } from "./bootstrap-token";
import { controlPlaneJoin, type KubeadmConfig } from "./kubeadm-config";

/** Arguments of ReturnAdmission. */
export interface ReturnAdmissionArgs extends KubeadmConfig {
    /** The first node of the control plane as configured. */
    node: NodeConfig;
    /** Machine.identity of its host. */
    machineIdentity: pulumi.Input<string>;
    /** How another node of the control plane is reached. May hold secrets. */
    peer: HostConnection;
}

/**
 * The way back of the control plane's first node on another host: the cluster lives on in the others, so the new host
 * joins it instead of making one. Another node finds out that the machine is a new one, lets go of the one before and
 * admits it. It dials nothing on the first up.
 */
export class ReturnAdmission extends pulumi.ComponentResource {
    /** The step on the other node. */
    public readonly admission: RemoteScript;
    /** JoinConfiguration of the new host; empty as long as the first host is there. Secret. */
    public readonly joinConfiguration: pulumi.Output<string>;
    /** The public half of its token. */
    public readonly tokenId: pulumi.Output<string>;

    constructor(name: string, args: ReturnAdmissionArgs, opts?: pulumi.ComponentResourceOptions) {
        super("kubeadm-cluster:node:ReturnAdmission", name, {}, opts);
        const { node } = args;
        const { id, secret } = bootstrapToken(name, this);
        this.tokenId = id;
        const key = certificateKeyOf(name, this);
        this.admission = new RemoteScript(
            `${name}-admission`,
            {
                connection: args.peer,
                // The other host may be a new one itself, and not joined yet.
                update: { script: "readmit.sh", args: [node.name], timeoutSeconds: 300, ifPresent: true },
                inputs: {
                    TOKEN_ID: id,
                    TOKEN_SECRET: secret,
                    NODE_ADDRESS: nodeAddress(node),
                    MACHINE_IDENTITY: args.machineIdentity,
                    CERTIFICATE_KEY: key,
                },
            },
            // Not inherited from the component in the state.
            { parent: this, dependsOn: opts?.dependsOn },
        );
        this.joinConfiguration = pulumi.secret(
            pulumi
                .all([this.admission.answer, id, secret, key])
                .apply(([[caCertHash], tokenId, tokenSecret, certificateKey]) =>
                    caCertHash === undefined
                        ? ""
                        : controlPlaneJoin(args, node, {
                              token: `${tokenId}.${tokenSecret}`,
                              caCertHash,
                              certificateKey,
                          }),
                ),
        );
        this.registerOutputs({});
    }
}
