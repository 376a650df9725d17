export type { ExpiryDates } from "./certificates";
export { ControlPlaneNode, ControlPlaneNodeArgs } from "./control-plane-node";
export { controlPlaneEndpoint, controlPlaneNodes, Endpoint } from "./kubeadm-config";
export { refuseImpossible } from "./living-cluster";
export { Machine } from "./machine";
export { MasterNode, MasterNodeArgs } from "./master-node";
export { SettledNode } from "./settled-node";
export { WorkerNode, WorkerNodeArgs } from "./worker-node";
export { WorkerRenewal } from "./worker-renewal";
