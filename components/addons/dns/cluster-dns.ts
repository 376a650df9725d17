import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

/**
 * What CoreDNS lacks as kubeadm installs it: no drain takes its last Pod before another one serves. That its Pods are
 * on different nodes is seen to at each worker's admission, by spread-dns.sh.
 */
export class ClusterDns extends pulumi.ComponentResource {
    constructor(name: string, opts?: pulumi.ComponentResourceOptions) {
        super("kubeadm-cluster:dns:ClusterDns", name, {}, opts);
        new kubernetes.policy.v1.PodDisruptionBudget(
            `${name}-disruption-budget`,
            {
                metadata: { name: "coredns", namespace: "kube-system" },
                spec: { maxUnavailable: 1, selector: { matchLabels: { "k8s-app": "kube-dns" } } },
            },
            // Children do not inherit deletedWith from their parent.
            { parent: this, deletedWith: opts?.deletedWith },
        );
        this.registerOutputs({});
    }
}
