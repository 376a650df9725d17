export { mergeFields } from "./kubeadm/merge";
export { nodeAddress } from "./node-address";
export { durationSeconds } from "./duration";
export { ETCD_DIRECTORY, etcdDirectory } from "./etcd-directory";
export { checkStackValues, loadConfig, warnOf } from "./load";
export { type ClusterArguments, type ClusterSecrets, readArgs } from "./read-args";
export {
    CertificatesConfig,
    ClusterConfig,
    ContainerRuntimeConfig,
    KubernetesConfig,
    MirrorsConfig,
    NetworkConfig,
    NodeConfig,
    ProxyConfig,
    SECRET_KEYS,
    SshConfig,
    Taint,
} from "./schema";
export type { StorageConfig } from "./storage-schema";
export { pinnedSums } from "./pinned-sums";
export { unvouchedSources } from "./plain-http";
export { validateConfig } from "./validate";
