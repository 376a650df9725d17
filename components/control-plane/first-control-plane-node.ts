import * as net from "node:net";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { nodeAddress, NodeConfig } from "../config";
import { HostConnection, InputsOf, RemoteScript, SealedScript } from "../remote";
import { auditPolicy, encryptionKey, encryptionKeys, encryptsSecrets } from "./api-server-files";
import {
    asksForServingCertificates,
    clusterIdentity,
    clusterSettings,
    controlPlaneEndpoint,
    initConfiguration,
    type KubeadmConfig,
    otherControlPlaneAddresses,
} from "./kubeadm-config";
import { caCertHash, withServer } from "./kubeconfig";
import { Certificates, ExpiryDates } from "./certificates";
import { Machine } from "../hosts/machine";
import type { Repair } from "../repair";
import { ReturnAdmission } from "./return-admission";

/** Arguments of FirstControlPlaneNode. */
export interface FirstControlPlaneNodeArgs extends KubeadmConfig {
    /** The prepared host. */
    machine: Machine;
    /** The host as configured. */
    node: NodeConfig;
    /** How the host is reached. May hold secrets. */
    connection: HostConnection;
    /** How another node of the control plane is reached, where there is one. May hold secrets. */
    peer?: HostConnection;
    /** Why the node's steps look at everything again. Default: nobody asks. */
    repair?: Repair;
}

/** The control plane of the cluster, made by `kubeadm init --config`; where it has several nodes, the first of them. */
export class FirstControlPlaneNode extends pulumi.ComponentResource {
    /** kubeadm init; what lives and dies with the cluster is deletedWith it. */
    public readonly init: RemoteScript;
    /** Brings a living control plane to another version and other settings; what is done to the cluster after it was made depends on it. */
    public readonly reconfigure: RemoteScript;
    /** Where etcd was saved on the host before the last upgrade; undefined where there was none. */
    public readonly lastSnapshot: pulumi.Output<string | undefined>;
    /** Address of the API server for use from outside the cluster, `https://HOST:PORT`. */
    public readonly server: pulumi.Output<string>;
    /** Administrator's kubeconfig for use from outside the cluster. Secret. */
    public readonly kubeconfig: pulumi.Output<string>;
    /** Pin of the cluster's certificate authority, `sha256:...`. Secret, as it is made of the kubeconfig. */
    public readonly caCertHash: pulumi.Output<string>;
    /** When each of the control plane's certificates expires. */
    public readonly certificates: pulumi.Output<ExpiryDates>;
    /** The step that renews certificates. */
    public readonly renewal: pulumi.Resource;
    /** Inputs of init.sh for the API server's own files, the same on each node of the control plane. May hold secrets. */
    public readonly apiServerFiles: Pick<
        InputsOf<"init.sh">,
        "ENCRYPTION_KEY" | "ENCRYPTION_KEY_NAME" | "AUDIT_LEVEL" | "AUDIT_POLICY"
    >;
    /** The keys that Secrets in etcd are encrypted with, lines NAME SECRET, for nodes that join. Secret. */
    public readonly encryptionKeys: pulumi.Output<string>;

    constructor(name: string, args: FirstControlPlaneNodeArgs, opts?: pulumi.ComponentResourceOptions) {
        // A promise to living stacks: under another type the cluster would be made anew.
        super("kubeadm-cluster:node:MasterNode", name, {}, opts);
        const { connection, node, kubernetes, nodes } = args;
        const { audit, encryptionKey: number } = kubernetes;
        const { level } = audit;
        // Made in any case: a cluster may come to need it. Another number is another key, which takes this one's place.
        const key = new random.RandomPassword(
            `${name}-encryption-key${number === 1 ? "" : `-${number}`}`,
            { length: 32, special: false },
            { parent: this },
        ).result.apply(encryptionKey);
        const encrypts = encryptsSecrets(kubernetes);
        const keyName = encrypts ? pulumi.unsecret(key.apply((made) => made.name)) : "";
        const settings = { CLUSTER_IDENTITY: clusterIdentity(args, node), ...clusterSettings(args, node, node) };
        this.apiServerFiles = {
            ENCRYPTION_KEY: encrypts ? key.apply((made) => made.secret) : "",
            ENCRYPTION_KEY_NAME: keyName,
            AUDIT_LEVEL: level === "none" ? "" : level,
            AUDIT_POLICY: level === "none" ? "" : auditPolicy(level).trim(),
        };

        const { machine, peer } = args;
        const back =
            peer &&
            new ReturnAdmission(
                `${name}-return`,
                { node, machineIdentity: machine.identity, peer, kubernetes, nodes },
                { parent: this, dependsOn: machine.prepare },
            );
        this.init = new RemoteScript(
            `${name}-init`,
            {
                connection,
                create: { script: "init.sh", timeoutSeconds: 900 },
                // A change that was cut off is finished by it, with the time that reconfigure has.
                update: { script: "init.sh", args: ["verify"], timeoutSeconds: 2400 },
                repair: args.repair?.request,
                inputs: {
                    INIT_CONFIGURATION: initConfiguration(node, kubernetes.kubeadm.initConfiguration),
                    ADVERTISE_ADDRESS: nodeAddress(node),
                    SERVING_CERTIFICATES: String(asksForServingCertificates(kubernetes)),
                    ...settings,
                    ...this.apiServerFiles,
                    KUBECONFIG_USER: kubernetes.userKubeconfig ? (connection.user ?? "root") : "",
                    ...(back && {
                        JOIN_CONFIGURATION: back.joinConfiguration,
                        TOKEN_ID: back.tokenId,
                        OTHER_MASTERS: otherControlPlaneAddresses(nodes, node),
                    }),
                },
            },
            { parent: this, dependsOn: back ? [machine.prepare, back.admission] : machine.prepare },
        );
        this.reconfigure = new RemoteScript(
            `${name}-reconfigure`,
            {
                connection,
                update: { script: "reconfigure.sh", timeoutSeconds: 2400 },
                repair: args.repair?.request,
                inputs: {
                    ...settings,
                    // Neither is read by reconfigure.sh: a change of the key makes the step run, and a preview reads the number.
                    ENCRYPTION_KEY_NAME: keyName,
                    ENCRYPTION_KEY_NUMBER: String(number),
                },
            },
            { parent: this, dependsOn: this.init },
        );
        this.lastSnapshot = this.reconfigure.answer.apply(([path]) => path);
        const { secret: first } = new SealedScript(
            `${name}-kubeconfig`,
            {
                connection,
                read: { script: "read-kubeconfig.sh", timeoutSeconds: 60 },
                keyName: `${name}-transfer-key`,
                // Not read on the host: with another key it prints another one.
                inputs: { ENCRYPTION_KEY_NAME: keyName },
            },
            { parent: this, dependsOn: this.reconfigure },
        );
        const certificates = new Certificates(
            `${name}-certificates`,
            {
                connection,
                nodeName: node.name,
                settings: kubernetes.certificates,
                validityPeriod: kubernetes.kubeadm.clusterConfiguration?.certificateValidityPeriod,
                first,
                repair: args.repair,
            },
            { parent: this },
        );
        this.encryptionKeys = pulumi.secret(first.apply(encryptionKeys));
        const endpoint = controlPlaneEndpoint(args);
        // The program's own endpoint name is known to the nodes alone.
        const outside = endpoint.ownName ? (kubernetes.vip?.address ?? node.address) : endpoint.host;
        this.server = pulumi
            .output(connection.settle?.(outside) ?? outside)
            .apply((host) => `https://${net.isIPv6(host) ? `[${host}]` : host}:${endpoint.port}`);
        this.kubeconfig = pulumi.secret(
            pulumi.all([certificates.kubeconfig, this.server]).apply(([text, address]) => withServer(text, address)),
        );
        // The authority stays when certificates are renewed: workers need not hear of that.
        this.caCertHash = pulumi.secret(first.apply(caCertHash));
        this.certificates = certificates.expiry;
        this.renewal = certificates.renewal;
        this.registerOutputs({
            server: this.server,
            kubeconfig: this.kubeconfig,
            caCertHash: this.caCertHash,
            repair: args.repair?.kept,
        });
    }
}
