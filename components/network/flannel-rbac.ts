import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

const FLANNEL_NAME = "flannel";

/** The identity of Flannel's Pods. */
export interface FlannelRbac {
    serviceAccount: kubernetes.core.v1.ServiceAccount;
    /** Pods that start before it exists crash until it does. */
    binding: pulumi.Resource;
}

/** Makes the service account of Flannel and what it may do: read Nodes and annotate their status. */
export function createFlannelRbac(
    name: string,
    namespace: pulumi.Input<string>,
    opts: pulumi.CustomResourceOptions,
): FlannelRbac {
    const labels = { "k8s-app": "flannel" };
    const serviceAccount = new kubernetes.core.v1.ServiceAccount(
        `${name}-service-account`,
        { metadata: { name: FLANNEL_NAME, namespace, labels } },
        opts,
    );
    const clusterRole = new kubernetes.rbac.v1.ClusterRole(
        `${name}-cluster-role`,
        {
            metadata: { name: FLANNEL_NAME, labels },
            rules: [
                { apiGroups: [""], resources: ["pods"], verbs: ["get"] },
                { apiGroups: [""], resources: ["nodes"], verbs: ["get", "list", "watch"] },
                { apiGroups: [""], resources: ["nodes/status"], verbs: ["patch"] },
            ],
        },
        opts,
    );
    const binding = new kubernetes.rbac.v1.ClusterRoleBinding(
        `${name}-cluster-role-binding`,
        {
            metadata: { name: FLANNEL_NAME, labels },
            roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: clusterRole.metadata.name },
            subjects: [{ kind: "ServiceAccount", name: serviceAccount.metadata.name, namespace }],
        },
        opts,
    );
    return { serviceAccount, binding };
}
