import type { RookConfig, Toleration } from "./storage-schema";

/** A node of the cluster, as far as the storage needs to know it. */
export interface ClusterNode {
    /** Name of the Node object. */
    name: string;
    /** What kubeadm made of the host. */
    role: "control-plane" | "worker";
    /** Control plane only: true where it takes ordinary Pods. */
    schedulable?: boolean;
    /** Taints beside the control plane's own. */
    taints: { key: string; value?: string; effect: "NoSchedule" | "PreferNoSchedule" | "NoExecute" }[];
}

/** What follows from the configuration and the cluster's nodes together. */
export interface StoragePlan {
    /** Names of the nodes that give devices. */
    storageNodes: string[];
    /** How many OSDs there must be; undefined where the operator finds the devices itself. */
    osdCount?: number;
    monCount: number;
    mgrCount: number;
    profile: "small" | "production";
    /** Replicas of each CSI provisioner. */
    provisionerReplicas: number;
    /** What operator, provisioners and Ceph daemons must tolerate to run on the storage nodes. */
    daemonTolerations: Toleration[];
    /** What the CSI node plug-ins must tolerate to run on every node, so that any Pod can use a volume. */
    pluginTolerations: Toleration[];
}

/** The taints that keep Pods from a node; PreferNoSchedule does not. */
function repellingTaints(node: ClusterNode): ClusterNode["taints"] {
    const own = node.taints.filter((taint) => taint.effect !== "PreferNoSchedule");
    return node.role === "control-plane" && !node.schedulable
        ? [{ key: "node-role.kubernetes.io/control-plane", effect: "NoSchedule" }, ...own]
        : own;
}

function tolerationsFor(nodes: ClusterNode[], more: Toleration[]): Toleration[] {
    const found = new Map<string, Toleration>();
    for (const { key, value, effect } of nodes.flatMap(repellingTaints)) {
        const toleration: Toleration =
            value === undefined ? { key, operator: "Exists", effect } : { key, operator: "Equal", value, effect };
        found.set(JSON.stringify(toleration), toleration);
    }
    return [...found.values(), ...more];
}

/** The nodes on which mons and mgrs may run: the storage nodes, and those that take any Pod. */
export function daemonNodes(rook: RookConfig, nodes: ClusterNode[]): ClusterNode[] {
    const storage = storageNodes(rook, nodes);
    return nodes.filter((node) => storage.includes(node) || repellingTaints(node).length === 0);
}

/** The nodes that give devices. */
export function storageNodes(rook: RookConfig, nodes: ClusterNode[]): ClusterNode[] {
    if (rook.nodes.length > 0) return nodes.filter((node) => rook.nodes.some(({ name }) => name === node.name));
    if (!rook.useAllDevices) return [];
    const open = nodes.filter((node) => repellingTaints(node).length === 0);
    return open.length > 0 ? open : nodes;
}

/** Ceph's quorum needs an odd number of mons; 5 survive the loss of two of them. */
export function defaultMonCount(storageNodeCount: number): number {
    if (storageNodeCount < 3) return 1;
    return storageNodeCount < 5 ? 3 : 5;
}

/** The number of OSDs that the configuration names, or undefined where some are to be found by the operator. */
function osdCount(rook: RookConfig): number | undefined {
    if (rook.useAllDevices || rook.nodes.some(({ devices }) => devices.length === 0)) return undefined;
    return rook.nodes.reduce((sum, { devices }) => sum + devices.length, 0);
}

/** Works out what is not written in the configuration. */
export function storagePlan(rook: RookConfig, nodes: ClusterNode[]): StoragePlan {
    const storage = storageNodes(rook, nodes);
    const more = rook.operator.tolerations;
    return {
        storageNodes: storage.map(({ name }) => name),
        osdCount: osdCount(rook),
        monCount: rook.ceph.monCount ?? defaultMonCount(storage.length),
        mgrCount: rook.ceph.mgrCount ?? (storage.length > 1 ? 2 : 1),
        profile: rook.profile ?? (storage.length >= 3 ? "production" : "small"),
        // Two provisioners refuse to share a node.
        provisionerReplicas: rook.operator.csi.provisionerReplicas ?? (daemonNodes(rook, nodes).length > 1 ? 2 : 1),
        daemonTolerations: tolerationsFor(storage, more),
        pluginTolerations: tolerationsFor(nodes, more),
    };
}

/** How the copies of a pool are spread. */
export interface Replication {
    size: number;
    failureDomain: "host" | "osd";
}

/** The replication of one pool, by its own settings or else by the number of storage nodes. */
export function replication(
    pool: { replicas?: number; failureDomain?: "host" | "osd" },
    storageNodeCount: number,
): Replication {
    return {
        size: pool.replicas ?? Math.max(1, Math.min(3, storageNodeCount)),
        failureDomain: pool.failureDomain ?? (storageNodeCount > 1 ? "host" : "osd"),
    };
}
