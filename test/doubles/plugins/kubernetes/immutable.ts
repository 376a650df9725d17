import type { Change } from "../protocol/provider";
import type { Settings } from "./settings";

const SELECTOR = ["spec.selector"];
const STATEFUL_SET = [
    ...["spec.podManagementPolicy", "spec.revisionHistoryLimit", "spec.selector", "spec.serviceName"],
    "spec.volumeClaimTemplates",
];

/** Fields that an object keeps for life, by group and kind; a dot and anything may follow. "!x": all but x. */
const FIELDS: Record<string, string[]> = {
    "/ConfigMap": ["data", "binaryData"],
    "/Secret": ["data", "stringData", "type"],
    "/PersistentVolumeClaim": ["spec"],
    "/PersistentVolume": [
        "spec.csi",
        "spec.hostPath",
        "spec.local",
        "spec.nfs",
        "spec.cephfs",
        "spec.rbd",
        "spec.iscsi",
    ],
    "/Pod": ["spec", "!spec.activeDeadlineSeconds", "!spec.tolerations"],
    "/ResourceQuota": ["spec.scopes"],
    "/Service": ["spec.clusterIP"],
    "apps/DaemonSet": SELECTOR,
    "apps/Deployment": SELECTOR,
    "apps/StatefulSet": STATEFUL_SET,
    "batch/Job": ["spec.completions", "spec.parallelism", "spec.selector", "spec.template"],
    "rbac.authorization.k8s.io/ClusterRoleBinding": ["roleRef"],
    "rbac.authorization.k8s.io/RoleBinding": ["roleRef"],
    "storage.k8s.io/StorageClass": ["parameters", "provisioner"],
};

const NAME = ["metadata.name"];

const within = (path: string, field: string): boolean =>
    path === field || path.startsWith(`${field}.`) || path.startsWith(`${field}[`);

/** Whether a change can only be had with a new object. */
export function needsNewObject(change: Change, apiVersion: string, kind: string, settings: Settings): boolean {
    if (NAME.some((field) => within(change.path, field))) return true;
    if (kind === "ConfigMap" && settings.enableConfigMapMutable) return false;
    if (kind === "Secret" && settings.enableSecretMutable) return change.path === "type";
    const group = apiVersion.includes("/") ? apiVersion.split("/")[0] : "";
    const fields = FIELDS[`${group}/${kind}`] ?? [];
    if (fields.some((field) => field.startsWith("!") && within(change.path, field.slice(1)))) return false;
    return fields.some((field) => within(change.path, field));
}
