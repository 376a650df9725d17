import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { ClusterConfig, nodeAddress, NodeConfig } from "../config";
import { HostConnection, RemoteScript } from "../remote";
import { bootstrapToken } from "./bootstrap-token";
import { controlPlaneJoin } from "./kubeadm-config";

/** Arguments of ReturnAdmission. */
export interface ReturnAdmissionArgs {
    /** The first node of the control plane as configured. */
    node: NodeConfig;
    /** Machine.identity of its host. */
    machineIdentity: pulumi.Input<string>;
    /** How another node of the control plane is reached. May hold secrets. */
    peer: HostConnection;
    /** The cluster's configuration. */
    config: ClusterConfig;
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
        const { config, node } = args;
        const { id, secret } = bootstrapToken(name, this);
        this.tokenId = id;
        const key = new random.RandomBytes(`${name}-certificate-key`, { length: 32 }, { parent: this });
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
                    CERTIFICATE_KEY: key.hex,
                },
            },
            // Not inherited from the component in the state.
            { parent: this, dependsOn: opts?.dependsOn },
        );
        this.joinConfiguration = pulumi.secret(
            pulumi
                .all([this.admission.stdout, id, secret, key.hex])
                .apply(
                    ([printed, tokenId, tokenSecret, certificateKey]: [string | undefined, string, string, string]) => {
                        const caCertHash = printed?.trim();
                        if (!caCertHash) return "";
                        return controlPlaneJoin(config, node, {
                            token: `${tokenId}.${tokenSecret}`,
                            caCertHash,
                            certificateKey,
                        });
                    },
                ),
        );
        this.registerOutputs({});
    }
}
