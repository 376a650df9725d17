export { WorkerNode, WorkerNodeArgs } from "./worker-node";
export { WorkerUpgrade, WorkerUpgradeArgs } from "./worker-upgrade";
export { joinWorkers } from "./join-workers";
