export { mergeFields } from "./kubeadm/merge";
export { nodeAddress } from "./node-address";
export { durationSeconds } from "./duration";
export { checkStackValues, loadConfig, warnOf } from "./load";
export { type ClusterArguments, type ClusterSecrets, readArgs } from "./read-args";
export { ClusterConfig, NodeConfig, SECRET_KEYS, Taint } from "./schema";
export { pinnedSums } from "./pinned-sums";
export { unvouchedSources } from "./plain-http";
export { validateConfig } from "./validate";
