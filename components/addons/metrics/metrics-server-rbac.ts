import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { LABELS, NAME, NAMESPACE } from "./names";

/** The identity of metrics-server's Pods. */
export interface MetricsServerRbac {
    serviceAccount: kubernetes.core.v1.ServiceAccount;
    /** Pods that start before these exist are not ready until they do. */
    bindings: pulumi.Resource[];
}

/** Makes the service account of metrics-server and what it may do: ask the kubelets, and check who asks itself. */
export function createMetricsServerRbac(name: string, opts: pulumi.CustomResourceOptions): MetricsServerRbac {
    const apiGroup = "rbac.authorization.k8s.io";
    const serviceAccount = new kubernetes.core.v1.ServiceAccount(
        `${name}-service-account`,
        { metadata: { name: NAME, namespace: NAMESPACE, labels: LABELS } },
        opts,
    );
    const subjects = [{ kind: "ServiceAccount", name: serviceAccount.metadata.name, namespace: NAMESPACE }];
    const kubelets = new kubernetes.rbac.v1.ClusterRole(
        `${name}-cluster-role`,
        {
            metadata: { name: "system:metrics-server", labels: LABELS },
            rules: [
                { apiGroups: [""], resources: ["nodes/metrics"], verbs: ["get"] },
                { apiGroups: [""], resources: ["pods", "nodes"], verbs: ["get", "list", "watch"] },
            ],
        },
        opts,
    );
    // Who may view, edit or administer a namespace may see what its Pods take.
    const aggregate = ["view", "edit", "admin"].map((role) => [
        `rbac.authorization.k8s.io/aggregate-to-${role}`,
        "true",
    ]);
    new kubernetes.rbac.v1.ClusterRole(
        `${name}-reader-cluster-role`,
        {
            metadata: {
                name: "system:aggregated-metrics-reader",
                labels: { ...LABELS, ...(Object.fromEntries(aggregate) as Record<string, string>) },
            },
            rules: [{ apiGroups: ["metrics.k8s.io"], resources: ["pods", "nodes"], verbs: ["get", "list", "watch"] }],
        },
        opts,
    );
    const bindings = [
        new kubernetes.rbac.v1.ClusterRoleBinding(
            `${name}-cluster-role-binding`,
            {
                metadata: { name: "system:metrics-server", labels: LABELS },
                roleRef: { apiGroup, kind: "ClusterRole", name: kubelets.metadata.name },
                subjects,
            },
            opts,
        ),
        new kubernetes.rbac.v1.ClusterRoleBinding(
            `${name}-delegator-binding`,
            {
                metadata: { name: "metrics-server:system:auth-delegator", labels: LABELS },
                roleRef: { apiGroup, kind: "ClusterRole", name: "system:auth-delegator" },
                subjects,
            },
            opts,
        ),
        new kubernetes.rbac.v1.RoleBinding(
            `${name}-auth-reader-binding`,
            {
                metadata: { name: "metrics-server-auth-reader", namespace: NAMESPACE, labels: LABELS },
                roleRef: { apiGroup, kind: "Role", name: "extension-apiserver-authentication-reader" },
                subjects,
            },
            opts,
        ),
    ];
    return { serviceAccount, bindings };
}
