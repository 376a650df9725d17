import * as pulumi from "@pulumi/pulumi";
import { formerNames, KubeadmCluster, leanSdk, loadConfig, tellFirstErrorsOnly, unlessFailed } from "./components";

leanSdk();
tellFirstErrorsOnly();
/** Name of the cluster, in front of the names of all its resources. */
const NAME = "cluster";
const cluster = new KubeadmCluster(NAME, loadConfig(), { transformations: [formerNames(NAME)] });
const { storage } = cluster;

export = {
    kubeconfig: cluster.kubeconfig,
    endpoint: cluster.endpoint,
    // No secret: commands present it to hosts, and a new state takes them over by it.
    identity: cluster.identity,
    certificates: cluster.certificates,
    nodes: cluster.nodes,
    versions: cluster.versions,
    // Not undefined where there is nothing: the SDK warns of that at every run.
    etcdSnapshot: cluster.etcdSnapshot.apply((path) => path ?? null),
    ...(storage && {
        // Where a host has failed, storage has not begun, and the cluster has its outputs all the same.
        storageStatus: unlessFailed(
            pulumi.output({
                classes: storage.storageClasses,
                health: storage.health,
                monEndpoints: storage.monEndpoints,
                dashboardAddress: storage.dashboardAddress,
                dashboardPassword: storage.dashboardPassword,
            }),
            null,
        ),
    }),
};
