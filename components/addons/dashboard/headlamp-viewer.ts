import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { LABELS, VIEWER } from "./names";

const READ = ["get", "list", "watch"];
const apiGroup = "rbac.authorization.k8s.io";

/** What belongs to no namespace, and so is not in the role `view`. No Secrets: a token in one may be anybody's. */
const CLUSTER_WIDE = [
    { apiGroups: [""], resources: ["nodes", "namespaces", "persistentvolumes"], verbs: READ },
    { apiGroups: ["storage.k8s.io"], resources: ["*"], verbs: READ },
    { apiGroups: ["scheduling.k8s.io", "node.k8s.io"], resources: ["priorityclasses", "runtimeclasses"], verbs: READ },
    { apiGroups: ["networking.k8s.io"], resources: ["ingressclasses"], verbs: READ },
    { apiGroups: ["apiextensions.k8s.io"], resources: ["customresourcedefinitions"], verbs: READ },
    { apiGroups: [apiGroup], resources: ["roles", "rolebindings", "clusterroles", "clusterrolebindings"], verbs: READ },
];

/** Makes the service account for people who look, and what they may see: Kubernetes' own kinds without Secrets, and nothing to change. */
export function createViewer(
    name: string,
    namespace: pulumi.Input<string>,
    opts: pulumi.CustomResourceOptions,
): kubernetes.core.v1.ServiceAccount {
    const account = new kubernetes.core.v1.ServiceAccount(
        `${name}-viewer`,
        { metadata: { name: VIEWER, namespace, labels: LABELS }, automountServiceAccountToken: false },
        opts,
    );
    const role = new kubernetes.rbac.v1.ClusterRole(
        `${name}-viewer-cluster-role`,
        { metadata: { name: VIEWER, labels: LABELS }, rules: CLUSTER_WIDE },
        opts,
    );
    const subjects = [{ kind: "ServiceAccount", name: account.metadata.name, namespace }];
    for (const [suffix, roleName] of [
        ["", role.metadata.name],
        ["-namespaces", "view"],
    ] as const) {
        new kubernetes.rbac.v1.ClusterRoleBinding(
            `${name}-viewer${suffix}-binding`,
            {
                metadata: { name: `${VIEWER}${suffix}`, labels: LABELS },
                roleRef: { apiGroup, kind: "ClusterRole", name: roleName },
                subjects,
            },
            opts,
        );
    }
    return account;
}
