import * as pulumi from "@pulumi/pulumi";
import * as kubernetes from "@pulumi/kubernetes";
import * as random from "@pulumi/random";
import { KubeadmClusterArgs } from "./args";
import { CLUSTER_TYPE } from "./cluster-type";
import { type ClusterArguments, NodeConfig, readArgs, warnOf } from "./config";
import { ClusterDns, Headlamp, MetricsServer, takeOver } from "./addons";
import {
    type ControlPlane,
    controlPlaneEndpoint,
    controlPlaneNodes,
    type ExpiryDates,
    FirstControlPlaneNode,
    joinControlPlane,
    type KubeadmConfig,
    refuseImpossible,
} from "./control-plane";
import { type Host, type JoinedHost, Machine, SettledNode } from "./hosts";
import { createNetwork } from "./network";
import { hostConnection } from "./remote";
import { loadManifests, StorageHosts } from "./storage";
import { type ClusterStorage, clusterStorage } from "./storage/cluster-storage";
import { joinWorkers } from "./workers";

/** A node of the cluster that is Ready. */
export interface ReadyNode {
    name: string;
    /** Where SSH answers. */
    address: string;
}

/** What a cluster was made of. */
export interface ClusterVersions {
    /** Version of Kubernetes, such as v1.32.0. */
    kubernetes: string;
    /** The network add-on: weave, flannel or none. */
    network: string;
}

/** A Kubernetes cluster on Linux hosts that answer SSH: prepared, made by kubeadm, with pod network and storage. */
export class KubeadmCluster extends pulumi.ComponentResource {
    /** Administrator's kubeconfig for use from outside the cluster. Secret. */
    public readonly kubeconfig: pulumi.Output<string>;
    /** Address of the API server for use from outside the cluster, `https://HOST:PORT`. */
    public readonly endpoint: pulumi.Output<string>;
    /** The nodes, known once all of them are Ready. */
    public readonly nodes: pulumi.Output<ReadyNode[]>;
    /** What the cluster was made of. */
    public readonly versions: pulumi.Output<ClusterVersions>;
    /** When each certificate of the control plane expires, by its name; by NODE/NAME on its further nodes. */
    public readonly certificates: pulumi.Output<ExpiryDates>;
    /** Identity of the stack that the hosts know. */
    public readonly identity: pulumi.Output<string>;
    /** Where etcd was saved on the first control plane node before the last upgrade; undefined where there was none. */
    public readonly etcdSnapshot: pulumi.Output<string | undefined>;
    /** Rook and Ceph; undefined where they are not wanted. */
    public readonly storage?: ClusterStorage;

    /** @throws pulumi.RunError naming every problem of the arguments at once: path, what was found, what is expected */
    constructor(name: string, args: KubeadmClusterArgs, opts?: pulumi.ComponentResourceOptions) {
        const { config, ...given } = readArgs(name, args);
        const { secrets, settle } = given;
        // A release of Rook that cannot be had, or is another one, stops the run before the first host is reached.
        const rook = config.storage.addOn === "rook" ? config.storage : undefined;
        const manifests = rook && loadManifests(rook.version, rook.manifests);
        super(CLUSTER_TYPE, name, {}, opts);
        warnOf(config, this);
        const [first] = controlPlaneNodes(config.nodes);
        if (!first) throw new pulumi.RunError(`${name}:nodes: no node has the role control-plane`);
        const parent = { parent: this };

        // Hosts: container runtime, kubeadm, kubelet and kubectl; the storage's devices are looked at before anything is made.
        this.identity = pulumi.output(
            config.identity ?? new random.RandomUuid(`${name}-stack-identity`, undefined, parent).result,
        );
        const hosts = prepareHosts(
            name,
            { config, ...given, first, identity: this.identity },
            { parent: this, dependsOn: opts?.dependsOn },
        );
        const storageHosts =
            rook &&
            new StorageHosts(
                `${name}-storage-hosts`,
                {
                    storage: rook,
                    hosts: hosts.map(({ node, connection, machine }) => ({
                        name: node.name,
                        connection,
                        machine: machine.prepare,
                    })),
                },
                parent,
            );

        // The control plane: kubeadm init, then its further nodes, one after the other.
        const kubeadm: KubeadmConfig = { kubernetes: config.kubernetes, nodes: config.nodes };
        const [firstHost, ...others] = hosts.filter(({ node }) => node.role === "control-plane") as [Host, ...Host[]];
        const controlPlane = new FirstControlPlaneNode(
            `${name}-${first.name}-control-plane`,
            { ...firstHost, ...kubeadm, peer: others.find(({ node }) => !node.gone)?.connection },
            { ...parent, dependsOn: storageHosts },
        );
        const toJoin: ControlPlane = { controlPlane, firstHost, kubeadm };
        const further = joinControlPlane(name, { ...toJoin, others }, parent);

        // The workers: kubeadm join.
        const workerHosts = hosts.filter(({ node }) => node.role === "worker");
        const after = further.at(-1)?.node.reconfigure ?? controlPlane.reconfigure;
        const workers = joinWorkers(name, { ...toJoin, workers: workerHosts, after }, parent);

        // The pod network. Its objects go with the cluster, so a destroy needs no API server for them.
        const provider = new kubernetes.Provider(
            `${name}-cluster`,
            {
                kubeconfig: controlPlane.kubeconfig,
                clusterIdentifier: config.kubernetes.clusterName,
                enableServerSideApply: true,
                // A run that was killed while it made objects left them without an entry in the state.
                upsertExistingObjects: true,
            },
            parent,
        );
        const objects = { ...parent, provider, deletedWith: controlPlane.init, transformations: [takeOver] };
        const { weavePassword } = secrets;
        const { podSubnet } = config.kubernetes;
        const network = createNetwork(
            `${name}-network`,
            { ...config.network, podSubnet, ...(weavePassword && { password: weavePassword }) },
            objects,
        );

        // Nodes: Ready, labels, taints. Those whose host is gone have none of it.
        const joined: JoinedHost[] = [
            { ...firstHost, registered: controlPlane.init, component: controlPlane },
            ...further.map(({ host, node }) => ({ ...host, registered: node.join, component: node })),
            ...workers,
        ];
        const present = joined.filter(({ node }) => !node.gone);
        const settled = present.map(
            (host) =>
                new SettledNode(
                    `${name}-${host.node.name}-${host.node.role}`,
                    { ...host, controlPlaneConnection: firstHost.connection, network },
                    { parent: host.component, provider },
                ),
        );
        const ready = settled.flatMap(({ steps }) => steps);

        // Storage: Rook and Ceph.
        if (rook && manifests && storageHosts)
            this.storage = clusterStorage(
                `${name}-storage`,
                {
                    storage: rook,
                    manifests,
                    nodes: config.nodes.filter((node) => !node.gone),
                    kubernetesVersion: config.kubernetes.version,
                    controlPlaneConnection: firstHost.connection,
                    hosts: storageHosts,
                    after: ready,
                },
                { ...parent, provider, transformations: [takeOver] },
            );

        // What Kubernetes itself leaves out; Pods of its own wait for Ready nodes.
        new ClusterDns(`${name}-dns`, objects);
        if (config.metrics.addOn === "metrics-server")
            new MetricsServer(`${name}-metrics`, config.metrics, { ...objects, dependsOn: ready });
        if (config.dashboard.addOn === "headlamp") new Headlamp(`${name}-dashboard`, { ...objects, dependsOn: ready });

        this.kubeconfig = controlPlane.kubeconfig;
        this.endpoint = pulumi.output(controlPlane.server);
        this.nodes = pulumi.all(
            settled.map(({ nodeName }, index) =>
                pulumi
                    .all([nodeName, settle(present[index]?.node.address ?? "")])
                    .apply(([node, address]) => ({ name: node, address })),
            ),
        );
        this.versions = pulumi.output({ kubernetes: config.kubernetes.version, network: config.network.addOn });
        this.certificates = pulumi
            .all([controlPlane, ...further.map(({ node }) => node)].map((node) => node.certificates))
            .apply((dates): ExpiryDates => Object.assign({}, ...dates) as ExpiryDates);
        this.etcdSnapshot = controlPlane.lastSnapshot;
        this.registerOutputs({
            kubeconfig: this.kubeconfig,
            endpoint: this.endpoint,
            nodes: this.nodes,
            certificates: this.certificates,
            identity: this.identity,
        });
    }
}

/** Makes each host ready for kubeadm. */
function prepareHosts(
    name: string,
    args: ClusterArguments & { first: NodeConfig; identity: pulumi.Input<string> },
    { parent, dependsOn }: { parent: pulumi.Resource } & Pick<pulumi.ResourceOptions, "dependsOn">,
): Host[] {
    const { config, secrets, settle, first, identity } = args;
    const { kubernetes, nodes, network, storage, mirrors, containerRuntime, proxy } = config;
    const { binaries } = mirrors;
    const possible = args.sound.then(() => refuseImpossible({ name, kubernetes, nodes, first, binaries, settle }));
    const vipPassword =
        kubernetes.vip &&
        new random.RandomPassword(`${name}-vip-password`, { length: 8, special: false }, { parent }).result;
    const endpoint = controlPlaneEndpoint(config);
    return nodes.map((node) => {
        // Which hosts are this stack's: each step presents it, and a host of another stack refuses.
        const connection = { ...hostConnection(config.ssh, node, secrets, identity), settle };
        const machine = new Machine(
            `${name}-${node.name}`,
            {
                node,
                connection,
                kubernetes,
                nodes,
                network,
                storage,
                mirrors,
                containerRuntime,
                proxy,
                proxyCredentials: secrets.proxyCredentials,
                vipPassword: node.role === "control-plane" ? vipPassword : undefined,
                possible,
                dependsOn,
                endpoint,
            },
            parent,
        );
        return { node, connection, machine };
    });
}
