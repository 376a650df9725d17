/** What kubeadm patches, by the minor version of Kubernetes 1.x since which it does. */
const SINCE: Record<string, number> = {
    etcd: 0,
    "kube-apiserver": 0,
    "kube-controller-manager": 0,
    "kube-scheduler": 0,
    kubeletconfiguration: 25,
    corednsdeployment: 32,
};

/** The name of the target that every node has; the others are the control plane's. */
export const KUBELET_TARGET = "kubeletconfiguration";

/** What kubeadm of a minor version patches. */
export function patchTargets(minor: number): string[] {
    return Object.entries(SINCE).flatMap(([target, since]) => (since <= minor ? [target] : []));
}

/** The minor version since which kubeadm patches a target; undefined where none does. */
export function patchedSince(target: string): number | undefined {
    return Object.hasOwn(SINCE, target) ? SINCE[target] : undefined;
}

/** The name of a patch taken apart. */
export interface PatchName {
    /** What is patched, as it is written: it may be none that kubeadm knows. */
    target: string;
    type: "strategic" | "merge" | "json";
}

/** Takes `target[suffix][+type].yaml|json` apart; undefined where a name is not of this form. */
export function patchName(file: string): PatchName | undefined {
    const [, stem = "", type = "strategic"] =
        /^([a-z][A-Za-z0-9_-]*)(?:\+(strategic|merge|json))?\.(?:yaml|json)$/.exec(file) ?? [];
    if (stem === "") return undefined;
    const target = Object.keys(SINCE).find((known) => stem.startsWith(known)) ?? stem;
    return { target, type: type as PatchName["type"] };
}
