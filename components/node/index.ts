export { ControlPlaneNode, ControlPlaneNodeArgs } from "./control-plane-node";
export { JoinToken, JoinTokenArgs } from "./join-token";
export { controlPlaneEndpoint, controlPlaneNodes, Endpoint } from "./kubeadm-config";
export { refuseImpossible } from "./living-cluster";
export { Machine, MachineArgs } from "./machine";
export { MasterNode, MasterNodeArgs } from "./master-node";
export { SettledNode, SettledNodeArgs } from "./settled-node";
export { WorkerNode, WorkerNodeArgs } from "./worker-node";
export { WorkerRenewal, WorkerRenewalArgs } from "./worker-renewal";
