import * as pulumi from "@pulumi/pulumi";
import { nodeAddress, NodeConfig } from "../config";
import { HostConnection, RemoteScript } from "../remote";
import { certificateKeyOf } from "./bootstrap-token";
import { Certificates, ExpiryDates } from "./certificates";
import { JoinToken } from "./join-token";
import {
    asksForServingCertificates,
    clusterIdentity,
    clusterSettings,
    controlPlaneJoin,
    initConfiguration,
    type KubeadmConfig,
    otherControlPlaneAddresses,
} from "./kubeadm-config";
import { Machine } from "../hosts/machine";
import type { Repair } from "../repair";
import { FirstControlPlaneNode } from "./first-control-plane-node";

/** Arguments of ControlPlaneNode. */
export interface ControlPlaneNodeArgs extends KubeadmConfig {
    /** The prepared host. */
    machine: Machine;
    /** The host as configured. */
    node: NodeConfig;
    /** How the host is reached. May hold secrets. */
    connection: HostConnection;
    /** The control plane that the host joins. */
    controlPlane: FirstControlPlaneNode;
    /** Why the node's steps look at everything again. Default: nobody asks. */
    repair?: Repair;
    /** Its first node as configured. */
    first: NodeConfig;
    /** How the first node is reached. May hold secrets. */
    controlPlaneConnection: HostConnection;
    /** The node before this one: of two members of etcd that change at a time, neither could stand in for the other. */
    before: { reconfigure: pulumi.Resource; renewal: pulumi.Resource };
}

/** A further node of the control plane with a member of etcd, made by `kubeadm join`. */
export class ControlPlaneNode extends pulumi.ComponentResource {
    /** kubeadm join. */
    public readonly join: RemoteScript;
    /** Brings the living node to another version and other settings. */
    public readonly reconfigure: RemoteScript;
    /** When each of the node's certificates expires, with the node's name before theirs: `master-2/etcd/server`. */
    public readonly certificates: pulumi.Output<ExpiryDates>;
    /** The step that renews the node's certificates. */
    public readonly renewal: pulumi.Resource;

    constructor(name: string, args: ControlPlaneNodeArgs, opts?: pulumi.ComponentResourceOptions) {
        super("kubeadm-cluster:node:ControlPlaneNode", name, {}, opts);
        const { connection, node, nodes, kubernetes, controlPlane, first } = args;
        const { kubeadm, certificates } = kubernetes;
        const certificateKey = certificateKeyOf(name, this);
        const joinToken = new JoinToken(
            `${name}-token`,
            {
                nodeName: node.name,
                nodeAddress: nodeAddress(node),
                machineIdentity: args.machine.identity,
                controlPlaneConnection: args.controlPlaneConnection,
                reset: args.machine.reset,
                gone: connection.gone,
                certificateKey,
            },
            {
                parent: this,
                dependsOn: [
                    args.machine.reset,
                    args.machine.prepare,
                    controlPlane.reconfigure,
                    args.before.reconfigure,
                ],
            },
        );
        const settings = clusterSettings(args, first, node);
        const join = { script: "init.sh", timeoutSeconds: 900 } as const;
        this.join = new RemoteScript(
            `${name}-join`,
            {
                connection,
                create: { ...join, args: ["join"] },
                // A change that was cut off is finished by it, with the time that reconfigure has.
                update: { ...join, args: ["join", "verify"], timeoutSeconds: 2400 },
                repair: args.repair?.request,
                inputs: {
                    ...settings,
                    ...controlPlane.apiServerFiles,
                    CLUSTER_IDENTITY: clusterIdentity(args, first),
                    INIT_CONFIGURATION: initConfiguration(node, kubeadm.initConfiguration),
                    ADVERTISE_ADDRESS: nodeAddress(node),
                    SERVING_CERTIFICATES: String(asksForServingCertificates(kubernetes)),
                    JOIN_CONFIGURATION: pulumi
                        .all([joinToken.token, controlPlane.caCertHash, certificateKey])
                        .apply(([token, caCertHash, key]) =>
                            controlPlaneJoin(args, node, { token, caCertHash, certificateKey: key }),
                        ),
                    TOKEN_ID: joinToken.token.apply((token) => token.split(".")[0] ?? ""),
                    ENCRYPTION_KEYS: controlPlane.encryptionKeys,
                    KUBECONFIG_USER: "",
                    OTHER_MASTERS: otherControlPlaneAddresses(nodes, node),
                },
            },
            { parent: this, dependsOn: joinToken.admission },
        );
        this.reconfigure = new RemoteScript(
            `${name}-reconfigure`,
            {
                connection,
                update: { script: "reconfigure.sh", args: ["joined"], timeoutSeconds: 2400 },
                repair: args.repair?.request,
                inputs: { ...settings, ENCRYPTION_KEY_NAME: controlPlane.apiServerFiles.ENCRYPTION_KEY_NAME ?? "" },
            },
            { parent: this, dependsOn: [this.join, args.before.reconfigure] },
        );
        const expiry = this.join.answer.apply((dates) => dates.join("\n"));
        const renewed = new Certificates(
            `${name}-certificates`,
            {
                connection,
                nodeName: node.name,
                settings: certificates,
                validityPeriod: kubeadm.clusterConfiguration?.certificateValidityPeriod,
                first: expiry,
                repair: args.repair,
            },
            { parent: this, dependsOn: [this.reconfigure, args.before.renewal] },
        );
        this.certificates = renewed.expiry.apply((dates) =>
            Object.fromEntries(Object.entries(dates).map(([file, date]) => [`${node.name}/${file}`, date])),
        );
        this.renewal = renewed.renewal;
        this.registerOutputs({ repair: args.repair?.kept });
    }
}
