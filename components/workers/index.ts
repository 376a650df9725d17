export { WorkerNode, WorkerNodeArgs } from "./worker-node";
export { WorkerRenewal, WorkerRenewalArgs } from "./worker-renewal";
