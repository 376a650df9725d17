import { CLUSTER_TYPE } from "../components/cluster-type";

/** The way of a cluster from bare hosts to storage, by the steps and components that make it. */
const STAGES: { step?: RegExp; component?: RegExp; stage: string }[] = [
    { step: /-(reset|prepare)$/, stage: "Hosts" },
    { component: /^kubeadm-cluster:node:(MasterNode|ControlPlaneNode)/, stage: "Control plane" },
    { component: /^kubeadm-cluster:node:WorkerNode/, stage: "Workers" },
    { component: /^kubeadm-cluster:network:/, stage: "Pod network" },
    {
        step: /-(worker|control-plane)-(ready|settings|taints)$|^[^-]+-connectivity$/,
        stage: "Nodes: Ready, labels, taints",
    },
    { step: /-worker-upgrade-(drain|node)$/, stage: "Changed settings, one worker after the other" },
    { component: /^kubeadm-cluster:storage:/, stage: "Storage" },
    { component: /^kubeadm-cluster:(dns|metrics|dashboard):/, stage: "Add-ons" },
    { component: /^kubeadm-cluster:/, stage: "Other parts of the cluster" },
];

/** Types of the steps that are known by their names. */
const STEPS = /^(command:remote:Command|kubernetes:core\/v1:NodePatch)$/;

/** Names of the stages in the order in which they run, the last for what belongs to none. */
export const stages = [...STAGES.map(({ stage }) => stage), "Stack and providers"];

/** The stage that a resource belongs to: by its own name where it is a step on a node, else by its outermost component. */
export function stageOf(urn: string): string {
    const [, , chain = "", name = ""] = urn.split("::");
    const types = chain.split("$");
    // What puts the whole cluster together belongs to no stage itself.
    const component = types.find((type) => type.startsWith("kubeadm-cluster:") && type !== CLUSTER_TYPE);
    const isStep =
        STEPS.test(types.at(-1) ?? "") && (component === undefined || component.startsWith("kubeadm-cluster:node:"));
    const found =
        STAGES.find(({ step }) => isStep && step?.test(name)) ??
        STAGES.find((one) => component !== undefined && one.component?.test(component));
    return found?.stage ?? "Stack and providers";
}
