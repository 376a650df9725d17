import * as pulumi from "@pulumi/pulumi";
import * as kubernetes from "@pulumi/kubernetes";
import {
    controlPlaneEndpoint,
    createNetwork,
    hostConnection,
    loadConfig,
    Machine,
    MasterNode,
    nodeAddress,
    SettledNode,
    WorkerNode,
} from "./components";

const { config, secrets } = loadConfig();
const hosts = config.nodes.map((node) => ({ node, connection: hostConnection(config, node, secrets) }));
const control = hosts.find(({ node }) => node.role === "control-plane");
if (!control) throw new pulumi.RunError("no node has the role control-plane");

// Hosts: container runtime, kubeadm, kubelet and kubectl.
const endpoint = controlPlaneEndpoint(config);
const endpointAddress = nodeAddress(control.node);
const machines = new Map(
    hosts.map(({ node, connection }) => [
        node,
        new Machine(node.name, { node, connection, config, endpoint, endpointAddress }),
    ]),
);
const machineOf = (node: (typeof hosts)[number]["node"]) => machines.get(node) as Machine;

// The control plane: kubeadm init.
const master = new MasterNode(`${control.node.name}-control-plane`, {
    ...control,
    machine: machineOf(control.node),
    config,
});

// The workers: kubeadm join.
const workers = hosts
    .filter(({ node }) => node.role === "worker")
    .map(({ node, connection }) => ({
        node,
        connection,
        registered: new WorkerNode(`${node.name}-worker`, {
            node,
            connection,
            machine: machineOf(node),
            master,
            masterConnection: control.connection,
            endpoint,
        }).join,
    }));

// The pod network. Its objects go with the cluster, so a destroy needs no API server for them.
const provider = new kubernetes.Provider("cluster", {
    kubeconfig: master.kubeconfig,
    clusterIdentifier: config.kubernetes.clusterName,
    enableServerSideApply: true,
    // A run that was killed while it made objects left them without an entry in the state.
    upsertExistingObjects: true,
});
const network = createNetwork(
    "network",
    {
        ...config.network,
        podSubnet: config.kubernetes.podSubnet,
        ...(secrets.weavePassword && { password: secrets.weavePassword }),
    },
    { provider, deletedWith: master.init },
);

// Nodes: Ready, labels, taints.
const settled = [{ ...control, registered: master.init }, ...workers].map(
    (host) =>
        new SettledNode(
            `${host.node.name}-node`,
            { ...host, masterConnection: control.connection, network },
            { provider },
        ),
);

export const kubeconfig = master.kubeconfig;
export const controlPlane = `${endpoint.host}:${endpoint.port}`;
export const nodes = pulumi
    .all(settled.map((node) => node.nodeName))
    .apply((names) =>
        names.map((name) => ({ name, address: config.nodes.find((node) => node.name === name)?.address })),
    );
export const versions = { kubernetes: config.kubernetes.version, network: config.network.addOn };
