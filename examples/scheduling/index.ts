import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

// The node is tainted in the cluster's own configuration:
//   nodes:
//     - name: worker-2
//       taints: [{key: foo, value: bar, effect: NoSchedule}]
// Then, here: npm run pulumi -- -C examples/scheduling up   (config: cluster, node)

/** Runs nothing, and is on every node already. */
const IMAGE = "registry.k8s.io/pause:3.10";

/** The names of the cluster's StorageClasses; none where it has no storage. */
async function storageClasses(cluster: pulumi.StackReference): Promise<string[]> {
    // Secret where the dashboard's password is in it.
    const details = await cluster.getOutputDetails("storageStatus");
    const status = (details.value ?? details.secretValue) as { classes?: string[] } | undefined;
    return status?.classes ?? [];
}

export = async () => {
    const config = new pulumi.Config();
    const name = config.require("cluster");
    const cluster = new pulumi.StackReference(name);
    const provider = new kubernetes.Provider("cluster", {
        kubeconfig: cluster.requireOutput("kubeconfig"),
        clusterIdentifier: name,
        enableServerSideApply: true,
    });

    // Onto the tainted node and no other, so that only the toleration lets them start.
    const pod = (podName: string, spec: Partial<kubernetes.types.input.core.v1.PodSpec>) =>
        new kubernetes.core.v1.Pod(
            podName,
            {
                metadata: { name: podName, namespace: "default" },
                spec: {
                    nodeSelector: { "kubernetes.io/hostname": config.require("node") },
                    terminationGracePeriodSeconds: 1,
                    containers: [{ name: "main", image: IMAGE }],
                    ...spec,
                },
            },
            { provider },
        );
    // Equal: this value of the taint alone. Exists: whatever its value is.
    const equal = { key: "foo", operator: "Equal", value: "bar", effect: "NoSchedule" };
    const exists = { key: "foo", operator: "Exists", effect: "NoSchedule" };
    const pods = [pod("tolerates-equal", { tolerations: [equal] }), pod("tolerates-exists", { tolerations: [exists] })];

    const [storageClassName] = await storageClasses(cluster);
    if (storageClassName !== undefined) {
        const claim = new kubernetes.core.v1.PersistentVolumeClaim(
            "data",
            {
                metadata: { name: "data", namespace: "default" },
                spec: {
                    storageClassName,
                    accessModes: ["ReadWriteOnce"],
                    resources: { requests: { storage: "1Gi" } },
                },
            },
            { provider },
        );
        pods.push(
            pod("keeps-data", {
                tolerations: [exists],
                containers: [{ name: "main", image: IMAGE, volumeMounts: [{ name: "data", mountPath: "/data" }] }],
                volumes: [{ name: "data", persistentVolumeClaim: { claimName: claim.metadata.name } }],
            }),
        );
    }
    return { pods: pods.map(({ metadata }) => metadata.name) };
};
