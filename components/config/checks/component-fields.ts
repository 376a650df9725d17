import { DocumentFields } from "../document-fields";
import type { Finding } from "../flags/lint";
import { firstProblems } from "../nearest";
import { isGroup } from "../plain-values";
import { newestTypes, typesOf } from "../../releases";
import type { SoundConfig } from "./sound-config";

/** The documents of a configuration, and where their fields stand in it. */
function documentsOf({ kubernetes }: SoundConfig): [kind: string, fields: unknown, path: string][] {
    const { kubelet, kubeProxy, kubeadm = {} } = kubernetes ?? {};
    const { initConfiguration, clusterConfiguration, joinConfiguration } = kubeadm;
    return [
        ["KubeletConfiguration", kubelet, "kubernetes.kubelet"],
        ["KubeProxyConfiguration", kubeProxy, "kubernetes.kubeProxy"],
        ["InitConfiguration", initConfiguration, "kubernetes.kubeadm.initConfiguration"],
        ["ClusterConfiguration", clusterConfiguration, "kubernetes.kubeadm.clusterConfiguration"],
        ["JoinConfiguration", joinConfiguration, "kubernetes.kubeadm.joinConfiguration"],
    ];
}

/**
 * Fields of the documents that their types do not have, or of another kind. Of a version whose types are not on record the
 * nearest one's hold: what is not known there is warned of.
 */
export function fieldFindings(config: SoundConfig, minor: number): Finding[] {
    const own = typesOf(minor);
    const types = own ?? newestTypes();
    if (!types) return [];
    const faults = documentsOf(config).flatMap(([kind, fields, path]) =>
        isGroup(fields) ? new DocumentFields(types, kind).check(fields, path) : [],
    );
    return firstProblems(faults, ({ path, message, unknown }): Finding => {
        if (own || !unknown) return { severity: "error", path, message };
        return { severity: "warning", path, message: `${message}; those of 1.${minor} are not on record` };
    });
}
