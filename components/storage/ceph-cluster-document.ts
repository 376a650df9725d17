import { cephImage } from "./images";
import type { KubernetesDocument } from "./kubernetes-object";
import { CLUSTER, NAMESPACE } from "./names";
import type { StoragePlan } from "../config/storage-plan";
import { clusterResources } from "./profiles";
import type { RookConfig } from "../config/storage-schema";

// The operator writes the object back from its own types, where a false or a 0 is the same as nothing: sent without
// them, the object is the same before and after.
const onlyTrue = (value: boolean): true | undefined => value || undefined;

/** The CephCluster in the very form in which the operator stores it, so that no later run finds it changed. */
export function cephClusterDocument(rook: RookConfig, plan: StoragePlan): KubernetesDocument {
    const { ceph } = rook;
    return {
        apiVersion: "ceph.rook.io/v1",
        kind: "CephCluster",
        metadata: { name: CLUSTER, namespace: NAMESPACE },
        spec: {
            cephVersion: { image: cephImage(rook), allowUnsupported: onlyTrue(ceph.allowUnsupported) },
            dataDirHostPath: ceph.dataDir,
            waitTimeoutForHealthyOSDInMinutes: 10,
            // A single mon comes up 150 s sooner where it may share its node with the one that it replaces.
            mon: { count: plan.monCount, allowMultiplePerNode: onlyTrue(plan.monCount === 1) },
            mgr: {
                count: plan.mgrCount,
                allowMultiplePerNode: onlyTrue(plan.mgrCount === 1),
                modules: [{ name: "rook", enabled: true }],
            },
            dashboard: {
                enabled: onlyTrue(ceph.dashboard.enabled),
                ssl: onlyTrue(ceph.dashboard.ssl),
                port: ceph.dashboard.port,
            },
            monitoring: {
                enabled: onlyTrue(ceph.monitoring),
                exporter: { perfCountersPrioLimit: 5, statsPeriodSeconds: 5 },
            },
            ...(ceph.network === "host" ? { network: { provider: "host" } } : {}),
            crashCollector: {
                disable: onlyTrue(!ceph.crashCollector.enabled),
                daysToRetain: ceph.crashCollector.daysToRetain,
            },
            logCollector: ceph.logRotation.enabled
                ? { enabled: true, periodicity: ceph.logRotation.periodicity, maxLogSize: ceph.logRotation.maxSize }
                : {},
            // The confirmation is never part of it: with it the operator would not build the cluster at all.
            cleanupPolicy: { sanitizeDisks: { method: "quick", dataSource: "zero", iteration: 1 } },
            ...(plan.daemonTolerations.length > 0
                ? { placement: { all: { tolerations: plan.daemonTolerations } } }
                : {}),
            resources: clusterResources(plan.profile, ceph.resources),
            priorityClassNames: {
                mon: "system-node-critical",
                osd: "system-node-critical",
                mgr: "system-cluster-critical",
            },
            ...cephConfig(rook, plan),
            storage: storageSpec(rook),
            disruptionManagement: { managePodBudgets: true, osdMaintenanceTimeout: 30 },
            healthCheck: {
                daemonHealth: { mon: { interval: "45s" }, osd: { interval: "1m0s" }, status: { interval: "1m0s" } },
            },
        },
    };
}

/** Pools that Ceph makes by itself, such as .mgr, take their size from here; three copies need three hosts. */
function cephConfig(rook: RookConfig, plan: StoragePlan): { cephConfig?: Record<string, Record<string, string>> } {
    const count = plan.storageNodes.length;
    const own = rook.ceph.config;
    const small: Record<string, string> =
        count >= 3
            ? {}
            : {
                  osd_pool_default_size: String(Math.max(1, count)),
                  ...(count <= 1 ? { mon_warn_on_pool_no_redundancy: "false" } : {}),
              };
    const global = { ...small, ...own.global };
    const all = Object.keys(global).length > 0 ? { ...own, global } : own;
    return Object.keys(all).length > 0 ? { cephConfig: all } : {};
}

function storageSpec(rook: RookConfig): Record<string, unknown> {
    const nodes = rook.nodes.map((node) => ({
        name: node.name,
        devices:
            node.devices.length === 0
                ? undefined
                : node.devices.map(({ path, deviceClass }) =>
                      deviceClass === undefined ? { name: path } : { name: path, config: { deviceClass } },
                  ),
        deviceFilter: node.deviceFilter,
    }));
    return {
        useAllNodes: onlyTrue(nodes.length === 0),
        useAllDevices: onlyTrue(rook.useAllDevices),
        deviceFilter: rook.deviceFilter,
        ...(nodes.length > 0 ? { nodes } : {}),
    };
}
