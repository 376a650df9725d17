import * as pulumi from "@pulumi/pulumi";
import * as kubernetes from "@pulumi/kubernetes";
import * as random from "@pulumi/random";
import { KubeadmClusterArgs } from "./args";
import { CLUSTER_TYPE } from "./cluster-type";
import { type ClusterArguments, ClusterConfig, NodeConfig, readArgs, warnOf } from "./config";
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
import { type Host, type JoinedHost, Machine, type NetworkTest, SettledNode } from "./hosts";
import { unlessFailed } from "./follow-up-errors";
import { CONNECTIVITY_SECONDS, connectivityInputs, createNetwork } from "./network";
import { hostConnection } from "./remote";
import { repairOf } from "./repair";
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
        const { connectivityTest: tested, ...ofNetwork } = { connectivityTest: false, ...config.network };
        const network = createNetwork(
            `${name}-network`,
            { ...ofNetwork, podSubnet, ...(weavePassword && { password: weavePassword }) },
            objects,
        );

        // Nodes: Ready, labels, taints. Those whose host is gone have none of it.
        const joined: JoinedHost[] = [
            { ...firstHost, registered: controlPlane.init, component: controlPlane },
            ...further.map(({ host, node }) => ({ ...host, registered: node.join, component: node })),
            ...workers,
        ];
        const present = joined.filter(({ node }) => !node.gone);
        const settledNode = (host: JoinedHost, test?: NetworkTest) =>
            new SettledNode(
                `${name}-${host.node.name}-${host.node.role}`,
                { ...host, controlPlaneConnection: firstHost.connection, network, networkTest: test },
                { parent: host.component, provider },
            );
        // Ready means that a kubelet is content. That the nodes' Pods reach each other, the first one shows when all are.
        const test = tested ? networkTest(config, present) : undefined;
        const untested = new Map(
            present.filter(({ node }) => !test || node.name !== first.name).map((host) => [host, settledNode(host)]),
        );
        const rest = [...untested.values()].map((node) => node.ready);
        const settled = present.map(
            (host) => untested.get(host) ?? settledNode(host, test && { ...test, after: rest }),
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
        // With --continue-on-error, what a host that failed would have given is left out.
        const made = settled.map(({ nodeName }, index) => {
            const given = pulumi.all([nodeName, settle(present[index]?.node.address ?? "")]);
            return unlessFailed(
                given.apply(([node, address]) => ({ name: node, address })),
                undefined,
            );
        });
        this.nodes = pulumi.all(made).apply((nodes) => nodes.filter((node): node is ReadyNode => node !== undefined));
        this.versions = pulumi.output({ kubernetes: config.kubernetes.version, network: config.network.addOn });
        this.certificates = pulumi
            .all([
                controlPlane.certificates,
                ...further.map(({ node }) => unlessFailed<ExpiryDates, ExpiryDates>(node.certificates, {})),
            ])
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
    const dated = { controlPlane: controlPlaneNodes(nodes), certificates: kubernetes.certificates };
    return nodes.map((node) => {
        // Which hosts are this stack's: each step presents it, and a host of another stack refuses.
        const connection = { ...hostConnection(config.ssh, node, secrets, identity), settle };
        const repair = node.gone ? undefined : repairOf(name, node, dated);
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
                repair,
            },
            parent,
        );
        return { node, connection, machine, repair };
    });
}

/** What tests the pod network of these nodes; undefined where the user brings one. */
function networkTest(
    { network, kubernetes }: ClusterConfig,
    present: JoinedHost[],
): Omit<NetworkTest, "after"> | undefined {
    if (network.addOn === "none") return undefined;
    const nodes = present.map(({ node }) => node.name);
    return {
        seconds: CONNECTIVITY_SECONDS,
        inputs: connectivityInputs({ network, nodes, dnsDomain: kubernetes.dnsDomain }),
        // Another host under a node's name is a node that nobody has tested.
        machines: pulumi.all(present.map(({ machine }) => machine.identity)).apply((all) => all.join("\n")),
    };
}
