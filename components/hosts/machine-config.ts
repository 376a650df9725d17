import type { ContainerRuntimeConfig, MirrorsConfig, NetworkConfig, ProxyConfig, StorageConfig } from "../config";
import type { KubeadmConfig } from "../control-plane/kubeadm-config";

/** What is installed and checked on a host before kubeadm runs there. */
export interface MachineConfig extends KubeadmConfig {
    /** The pod network: kernel modules, ports and images of its add-on. */
    network: NetworkConfig;
    /** The storage: its scripts, devices and images. */
    storage: StorageConfig;
    /** Where programs, packages and images come from. */
    mirrors: MirrorsConfig;
    /** Where containerd comes from, and its settings. */
    containerRuntime: ContainerRuntimeConfig;
    /** What the host reaches package sources and image registries through. */
    proxy: ProxyConfig;
}
