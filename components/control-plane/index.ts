export type { ExpiryDates } from "./certificates";
export { ControlPlaneNode, ControlPlaneNodeArgs } from "./control-plane-node";
export { FirstControlPlaneNode, FirstControlPlaneNodeArgs } from "./first-control-plane-node";
export { controlPlaneEndpoint, controlPlaneNodes, Endpoint, KubeadmConfig } from "./kubeadm-config";
export { refuseImpossible, WantedCluster } from "./living-cluster";
export { ControlPlane, joinControlPlane } from "./join-control-plane";
