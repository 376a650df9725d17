import * as pulumi from "@pulumi/pulumi";
import { formerNames, KubeadmCluster, leanSdk, loadConfig } from "./components";

leanSdk();
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
    // "none" where there is nothing: the engine warns at every run of an output that is undefined.
    etcdSnapshot: cluster.etcdSnapshot.apply((path) => path ?? "none"),
    storageStatus: storage
        ? {
              classes: storage.storageClasses,
              health: storage.health,
              monEndpoints: storage.monEndpoints,
              dashboardAddress: storage.dashboardAddress,
              dashboardPassword: storage.dashboardPassword,
          }
        : "none",
};
