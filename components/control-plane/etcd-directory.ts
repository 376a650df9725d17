import { ETCD_DIRECTORY, etcdDirectory, type KubernetesConfig } from "../config";

/** Inputs of the scripts that look after etcd's directory; none where kubeadm's own is used. */
export function etcdInputs({ kubeadm }: KubernetesConfig): { ETCD_DATA_DIR?: string } {
    const directory = etcdDirectory(kubeadm.clusterConfiguration);
    return directory === ETCD_DIRECTORY ? {} : { ETCD_DATA_DIR: directory };
}

/** Why a living cluster's etcd cannot be elsewhere from now on; undefined where it stays. */
export function etcdDirectoryProblem(living: string, wanted: string): string | undefined {
    if (living === wanted) return undefined;
    return `kubernetes.kubeadm.clusterConfiguration.etcd.local.dataDir: etcd's data is in ${living} and cannot be in ${wanted} on a living cluster, where etcd would begin empty`;
}
