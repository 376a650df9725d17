/** The way of a cluster from bare hosts to storage, by the components that make it. */
const STAGES: [RegExp, string][] = [
    [/^kubeadm-cluster:node:Machine/, "Hosts"],
    [/^kubeadm-cluster:node:(MasterNode|ControlPlaneNode)/, "Control plane"],
    [/^kubeadm-cluster:node:(WorkerNode|JoinToken)/, "Workers"],
    [/^kubeadm-cluster:network:/, "Pod network"],
    [/^kubeadm-cluster:node:SettledNode/, "Nodes: Ready, labels, taints"],
    [/^kubeadm-cluster:node:WorkerRenewal/, "Changed settings, one worker after the other"],
    [/^kubeadm-cluster:storage:/, "Storage"],
    [/^kubeadm-cluster:(dns|metrics|dashboard):/, "Add-ons"],
    [/^kubeadm-cluster:/, "Other parts of the cluster"],
];

/** Names of the stages in the order in which they run, the last for what belongs to none. */
export const stages = [...STAGES.map(([, stage]) => stage), "Stack and providers"];

/** The component around all others: it is no stage. */
export const WHOLE = /^kubeadm-cluster:(?:\w+:)*KubeadmCluster$/;

/** The stage that a resource belongs to, by the outermost component inside the cluster that it is part of. */
export function stageOf(urn: string): string {
    const types = (urn.split("::")[2] ?? "").split("$");
    const component = types.find((type) => type.startsWith("kubeadm-cluster:") && !WHOLE.test(type));
    return STAGES.find(([form]) => component !== undefined && form.test(component))?.[1] ?? "Stack and providers";
}
