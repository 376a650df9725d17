import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

/** The name of every object of the release, and of the ConfigMap in which Weave keeps its list of peers. */
export const WEAVE_NAME = "weave-net";
export const WEAVE_NAMESPACE = "kube-system";

/** The identity of Weave's Pods. */
export interface WeaveRbac {
    serviceAccount: kubernetes.core.v1.ServiceAccount;
    /** Pods that start before these exist crash once. */
    bindings: pulumi.Resource[];
}

const labels = { name: WEAVE_NAME };
const READ = ["get", "list", "watch"];

/** Makes the service account of Weave Net and what it may do: read Pods and policies, keep its list of peers. */
export function createWeaveRbac(name: string, opts: pulumi.CustomResourceOptions): WeaveRbac {
    const namespaced = { name: WEAVE_NAME, labels, namespace: WEAVE_NAMESPACE };
    const serviceAccount = new kubernetes.core.v1.ServiceAccount(
        `${name}-service-account`,
        { metadata: namespaced },
        opts,
    );
    const subjects = [{ kind: "ServiceAccount", name: serviceAccount.metadata.name, namespace: WEAVE_NAMESPACE }];

    const clusterRole = new kubernetes.rbac.v1.ClusterRole(
        `${name}-cluster-role`,
        {
            metadata: { name: WEAVE_NAME, labels },
            rules: [
                { apiGroups: [""], resources: ["pods", "namespaces", "nodes"], verbs: READ },
                { apiGroups: ["extensions"], resources: ["networkpolicies"], verbs: READ },
                { apiGroups: ["networking.k8s.io"], resources: ["networkpolicies"], verbs: READ },
                { apiGroups: [""], resources: ["nodes/status"], verbs: ["patch", "update"] },
            ],
        },
        opts,
    );
    const clusterRoleBinding = new kubernetes.rbac.v1.ClusterRoleBinding(
        `${name}-cluster-role-binding`,
        {
            metadata: { name: WEAVE_NAME, labels },
            roleRef: { kind: "ClusterRole", name: clusterRole.metadata.name, apiGroup: "rbac.authorization.k8s.io" },
            subjects,
        },
        opts,
    );
    const role = new kubernetes.rbac.v1.Role(
        `${name}-role`,
        {
            metadata: namespaced,
            rules: [
                { apiGroups: [""], resources: ["configmaps"], resourceNames: [WEAVE_NAME], verbs: ["get", "update"] },
                { apiGroups: [""], resources: ["configmaps"], verbs: ["create"] },
            ],
        },
        opts,
    );
    const roleBinding = new kubernetes.rbac.v1.RoleBinding(
        `${name}-role-binding`,
        {
            metadata: namespaced,
            roleRef: { kind: "Role", name: role.metadata.name, apiGroup: "rbac.authorization.k8s.io" },
            subjects,
        },
        opts,
    );
    return { serviceAccount, bindings: [clusterRoleBinding, roleBinding] };
}
