export { nodeAddress } from "./cross-checks";
export { durationSeconds } from "./duration";
export { ClusterSecrets, LoadedConfig, loadConfig } from "./load";
export { ClusterConfig, NodeConfig, Taint } from "./schema";
export { validateConfig } from "./validate";
