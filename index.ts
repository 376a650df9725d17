import * as pulumi from "@pulumi/pulumi";
import * as kubernetes from "@pulumi/kubernetes";
import * as random from "@pulumi/random";
import {
    ClusterDns,
    controlPlaneEndpoint,
    ControlPlaneNode,
    controlPlaneNodes,
    createNetwork,
    type ExpiryDates,
    Headlamp,
    hostConnection,
    leanSdk,
    loadConfig,
    Machine,
    mapInTurns,
    MasterNode,
    MetricsServer,
    refuseImpossible,
    RookCeph,
    SettledNode,
    StorageHosts,
    takeOver,
    WorkerNode,
    WorkerRenewal,
} from "./components";

leanSdk();
const { config, secrets } = loadConfig();
const { storage } = config;
const [controlPlane] = controlPlaneNodes(config);
if (!controlPlane) throw new pulumi.RunError("no node has the role control-plane");

/** Makes the cluster, step by step; gives the stack's outputs. */
export = async function cluster() {
    // Hosts: container runtime, kubeadm, kubelet and kubectl; the storage's devices are looked at before anything is made.
    const api = controlPlaneEndpoint(config);
    const possible = refuseImpossible(config, controlPlane);
    const vipPassword =
        config.kubernetes.vip && new random.RandomPassword("vip-password", { length: 8, special: false }).result;
    // Which hosts are this stack's: each step presents it, and a host of another stack refuses.
    const identity = config.identity ?? new random.RandomUuid("stack-identity").result;
    const hosts = await mapInTurns(config.nodes, (node) => {
        const connection = hostConnection(config, node, secrets, identity);
        return {
            node,
            connection,
            machine: new Machine(node.name, {
                node,
                connection,
                config,
                proxyCredentials: secrets.proxyCredentials,
                vipPassword: node.role === "control-plane" ? vipPassword : undefined,
                possible,
                endpoint: api,
            }),
        };
    });
    const storageHosts =
        storage.addOn === "rook"
            ? new StorageHosts("storage-hosts", {
                  storage,
                  hosts: hosts.map((host) => ({ ...host, name: host.node.name })),
              })
            : undefined;

    // The control plane: kubeadm init.
    const [control, ...others] = hosts.filter(({ node }) => node.role === "control-plane") as [
        (typeof hosts)[number],
        ...typeof hosts,
    ];
    const master = new MasterNode(
        `${controlPlane.name}-control-plane`,
        { ...control, config, peer: others.find(({ node }) => !node.gone)?.connection },
        { dependsOn: storageHosts },
    );

    // Further nodes of the control plane join one after the other, and change one after the other.
    const masters: ControlPlaneNode[] = [];
    const furtherMasters = others.map((host) => {
        const made = new ControlPlaneNode(`${host.node.name}-control-plane`, {
            ...host,
            master,
            masterNode: controlPlane,
            masterConnection: control.connection,
            before: masters.at(-1) ?? master,
            config,
        });
        masters.push(made);
        return { ...host, registered: made.join };
    });

    // The workers: kubeadm join. Those that have joined take new versions and settings one after the other, after the control
    // plane.
    let changed: pulumi.Resource = masters.at(-1)?.reconfigure ?? master.reconfigure;
    const toJoin = hosts.filter(({ node }) => node.role === "worker");
    const workers = await mapInTurns(toJoin, (host) => {
        const { node, connection } = host;
        const worker = new WorkerNode(`${node.name}-worker`, {
            ...host,
            master,
            masterConnection: control.connection,
            endpoint: api,
            joinConfiguration: config.kubernetes.kubeadm.joinConfiguration,
        });
        changed = new WorkerRenewal(`${node.name}-renewal`, {
            node,
            connection,
            masterConnection: control.connection,
            config,
            after: [worker.join, changed],
        });
        return { ...host, registered: worker.join };
    });

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
        { provider, deletedWith: master.init, transformations: [takeOver] },
    );

    // Nodes: Ready, labels, taints. Those whose host is gone have none of it.
    const present = [...furtherMasters, ...workers].filter(({ node }) => !node.gone);
    const settled = await mapInTurns(
        [{ ...control, registered: master.init }, ...present],
        (host) =>
            new SettledNode(
                `${host.node.name}-node`,
                { ...host, masterConnection: control.connection, network },
                { provider },
            ),
    );

    // Storage: Rook and Ceph.
    const rook =
        storage.addOn === "rook" && storageHosts
            ? new RookCeph(
                  "storage",
                  {
                      storage,
                      nodes: config.nodes.filter((node) => !node.gone),
                      kubernetesVersion: config.kubernetes.version,
                      master: control.connection,
                      hosts: storageHosts,
                      after: settled,
                  },
                  { provider, transformations: [takeOver] },
              )
            : undefined;

    // What Kubernetes itself leaves out; Pods of its own wait for Ready nodes.
    const objects = { provider, deletedWith: master.init, transformations: [takeOver] };
    new ClusterDns("dns", objects);
    if (config.metrics.addOn === "metrics-server")
        new MetricsServer("metrics", config.metrics, { ...objects, dependsOn: settled });
    if (config.dashboard.addOn === "headlamp") new Headlamp("dashboard", { ...objects, dependsOn: settled });

    return {
        kubeconfig: master.kubeconfig,
        endpoint: master.server,
        // No secret. The commands beside `pulumi` present it, too.
        identity,
        certificates: pulumi
            .all([master, ...masters].map((node) => node.certificates))
            .apply((dates): ExpiryDates => Object.assign({}, ...dates) as ExpiryDates),
        nodes: pulumi
            .all(settled.map((node) => node.nodeName))
            .apply((names) =>
                names.map((name) => ({ name, address: config.nodes.find((node) => node.name === name)?.address })),
            ),
        versions: { kubernetes: config.kubernetes.version, network: config.network.addOn },
        // "none" where there is nothing: the engine warns at every run of an output that is undefined.
        etcdSnapshot: master.lastSnapshot.apply((path) => path ?? "none"),
        storageStatus: rook
            ? {
                  classes: rook.storageClasses,
                  health: rook.health,
                  monEndpoints: rook.monEndpoints,
                  dashboardAddress: rook.dashboardAddress,
                  dashboardPassword: rook.dashboardPassword,
              }
            : "none",
    };
};
