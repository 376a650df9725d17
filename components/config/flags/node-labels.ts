import { labelKey, labelValue } from "../fields";

/** Labels of Kubernetes' own domains that a kubelet may give its own Node (KubeletLabels of k8s.io/kubelet). */
const ALLOWED = [
    "kubernetes.io/hostname",
    "kubernetes.io/os",
    "kubernetes.io/arch",
    "kubernetes.io/instance-type",
    "beta.kubernetes.io/os",
    "beta.kubernetes.io/arch",
    "beta.kubernetes.io/instance-type",
    "node.kubernetes.io/instance-type",
    "failure-domain.beta.kubernetes.io/zone",
    "failure-domain.beta.kubernetes.io/region",
    "failure-domain.kubernetes.io/zone",
    "failure-domain.kubernetes.io/region",
    "topology.kubernetes.io/zone",
    "topology.kubernetes.io/region",
];
const OWN_DOMAIN = /(^|\.)(kubernetes|k8s)\.io$/;
const ALLOWED_DOMAIN = /(^|\.)(kubelet|node)\.kubernetes\.io$/;

/** Why a kubelet would not start with a value of node-labels; undefined where it would. */
export function nodeLabelsFault(value: string): string | undefined {
    for (const pair of value.split(",").filter((one) => one.trim() !== "")) {
        const [, key = "", text = ""] = /^\s*([^=]*)=?(.*?)\s*$/.exec(pair) ?? [];
        if (!labelKey.safeParse(key).success || !labelValue.safeParse(text).success)
            return `"${pair.trim()}" is no label of the form KEY=VALUE; write nodes[].labels instead`;
        const domain = key.includes("/") ? (key.split("/")[0] ?? "") : "";
        if (!OWN_DOMAIN.test(domain) || ALLOWED_DOMAIN.test(domain) || ALLOWED.includes(key)) continue;
        return `the kubelet may not give its own Node the label ${key}, and would not start; write it into nodes[].labels, which the control plane sets`;
    }
    return undefined;
}
