export { WorkerNode, WorkerNodeArgs } from "./worker-node";
export { WorkerRenewal } from "./worker-renewal";
