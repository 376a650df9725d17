export type { ExpiryDates } from "./certificates";
export { ControlPlaneNode, ControlPlaneNodeArgs } from "./control-plane-node";
export { controlPlaneEndpoint, controlPlaneNodes, Endpoint } from "./kubeadm-config";
export { refuseImpossible } from "./living-cluster";
export { MasterNode, MasterNodeArgs } from "./master-node";
