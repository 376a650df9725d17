const PARTS = "kubernetes.kubeadm.clusterConfiguration, initConfiguration and joinConfiguration";

/** Files of other tools, by the API group of their documents, and what of them belongs where. */
const TOOLS: [group: RegExp, said: string][] = [
    [
        /\.cluster\.x-k8s\.io$/,
        `is a file for Cluster API; write what stands in its clusterConfiguration, initConfiguration and joinConfiguration into ${PARTS}`,
    ],
    [/^kind\.x-k8s\.io$/, `is a file for kind; write what stands in its kubeadmConfigPatches into ${PARTS}`],
    [
        /^k0sctl\.k0sproject\.io$/,
        "is a file for k0sctl, which does not use kubeadm; write its hosts into nodes, and see docs/configuration.md for the rest",
    ],
    [
        /^kubekey\.kubesphere\.io$/,
        "is a file for kubekey; write its hosts into nodes, and spec.kubernetes into kubernetes",
    ],
    [
        /^kubescheduler\.config\.k8s\.io$/,
        "is the scheduler's own file: put it on the control plane's hosts, name it in kubernetes.scheduler.extraArgs.config and mount it by ClusterConfiguration's scheduler.extraVolumes",
    ],
    [
        /^audit\.k8s\.io$/,
        "is the API server's own file: set kubernetes.audit, or put it on the control plane's hosts and name it in kubernetes.apiServer.extraArgs.audit-policy-file",
    ],
];

/** What is to be said of a document that is not kubeadm's but known; undefined where it is not. */
export function otherTool(apiVersion: unknown): string | undefined {
    const group = typeof apiVersion === "string" ? (apiVersion.split("/")[0] ?? "") : "";
    return TOOLS.find(([pattern]) => pattern.test(group))?.[1];
}
