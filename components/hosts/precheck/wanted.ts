import { NodeConfig } from "../../config";
import { controlPlaneEndpoint, type KubeadmConfig } from "../../control-plane/kubeadm-config";
import { registryOf } from "../../releases/image-name";
import { releaseLine } from "../../releases/version";
import type { MachineConfig } from "../machine-config";

/** What a host's kernel must be able to do; any one of the modules is enough. */
export interface KernelPart {
    purpose: string;
    /** Kernel modules, each with the option that builds it in. */
    modules: Record<string, string>;
    /** warning = the cluster works without it, only worse. */
    severity: "error" | "warning";
}

/** What kube-proxy's mode needs; the scheduler of ipvs is a module of its own. */
function proxyModules({ mode, ipvs }: Record<string, unknown>): [module: string, option: string][] {
    if (mode === "nftables") return [["nf_tables", "NF_TABLES"]];
    if (mode !== "ipvs") return [];
    const scheduler = (ipvs as { scheduler?: unknown } | undefined)?.scheduler;
    const named = typeof scheduler === "string" && /^[a-z]+$/.test(scheduler) ? scheduler : "rr";
    return [
        ["ip_vs", "IP_VS"],
        [`ip_vs_${named}`, `IP_VS_${named.toUpperCase()}`],
        ["ip_set", "IP_SET"],
    ];
}

/** The parts of the kernel that the cluster's nodes use. */
export function kernelParts({ network, storage, kubernetes }: MachineConfig): KernelPart[] {
    const part = (
        purpose: string,
        modules: Record<string, string>,
        severity: KernelPart["severity"] = "error",
    ): KernelPart => ({ purpose, modules, severity });
    const parts = [
        part("containers' file systems", { overlay: "OVERLAY_FS" }),
        part("filtered traffic between Pods", { br_netfilter: "BRIDGE_NETFILTER" }),
        part("Services", { nf_conntrack: "NF_CONNTRACK" }),
        part("Services", { ip_tables: "IP_NF_IPTABLES", nf_tables: "NF_TABLES" }),
        ...proxyModules(kubernetes.kubeProxy).map(([module, option]) =>
            part(`kube-proxy in the mode ${String(kubernetes.kubeProxy.mode)}`, { [module]: option }),
        ),
    ];
    if (network.addOn === "weave") {
        parts.push(part("Weave's network policies", { xt_set: "NETFILTER_XT_SET" }));
        parts.push(part("Weave's fast path", { vxlan: "VXLAN" }, "warning"));
    }
    if (network.addOn === "flannel" && network.backend !== "host-gw") {
        parts.push(part("Flannel's vxlan", { vxlan: "VXLAN" }));
    }
    if (storage.addOn === "rook" && storage.blockPool.enabled) {
        parts.push(part("block volumes", { rbd: "BLK_DEV_RBD" }));
    }
    return parts;
}

/** A port that a node's own programs will listen on. */
export interface Port {
    protocol: "tcp" | "udp";
    number: number;
    what: string;
}

/** What listens, by the port's number. */
type Listeners = Record<number, string>;

const CONTROL_PLANE: Listeners = {
    6443: "API server",
    2379: "etcd",
    2380: "etcd's peers",
    10257: "controller manager",
    10259: "scheduler",
};
const WEAVE: Record<Port["protocol"], Listeners> = {
    tcp: { 6781: "Weave's metrics", 6782: "Weave's metrics", 6783: "Weave's peers", 6784: "Weave's control" },
    udp: { 6783: "Weave's peers", 6784: "Weave's fast path" },
};

function listening(protocol: Port["protocol"], listeners: Listeners): Port[] {
    return Object.entries(listeners).map(([number, what]) => ({ protocol, number: Number(number), what }));
}

/** The ports that must be free on a host before it becomes this node. */
export function ports({ network, kubernetes }: MachineConfig, node: NodeConfig): Port[] {
    const kubelet = typeof kubernetes.kubelet.port === "number" ? kubernetes.kubelet.port : 10250;
    const wanted = listening("tcp", { [kubelet]: "kubelet", 10248: "kubelet's health", 10256: "kube-proxy's health" });
    if (node.role === "control-plane") wanted.push(...listening("tcp", CONTROL_PLANE));
    if (network.addOn === "weave") wanted.push(...listening("tcp", WEAVE.tcp), ...listening("udp", WEAVE.udp));
    if (network.addOn === "flannel" && network.backend !== "host-gw") {
        wanted.push(...listening("udp", { [network.port ?? 8472]: "vxlan of Flannel" }));
    }
    return wanted;
}

/** Something that a host must be able to fetch, and where from; any one address is enough. */
export interface Source {
    what: string;
    /** The setting that says where. */
    setting: string;
    /** file = must be there; registry = must answer, if only to ask for a login. */
    kind: "file" | "registry";
    /** "ARCH" stands for the host's own, such as amd64; "INDEX" for the index of its kind of package repository. */
    addresses: string[];
    /** warning = nothing that this program itself installs comes from there. */
    severity: "error" | "warning";
}

/** The registries that the cluster's own images come from. */
function usedRegistries({ kubernetes, network, storage }: MachineConfig): Set<string> {
    const images = [`${kubernetes.imageRepository}/pause`];
    if (network.addOn === "weave") images.push(`${network.imageRegistry ?? "weaveworks"}/weave-kube`);
    if (network.addOn === "flannel") images.push(`${network.imageRegistry ?? "ghcr.io/flannel-io"}/flannel`);
    if (storage.addOn === "rook")
        images.push(storage.imageRegistry ? `${storage.imageRegistry}/ceph` : storage.ceph.image);
    return new Set(images.map(registryOf));
}

function programs({ kubernetes, mirrors, containerRuntime }: MachineConfig, node: NodeConfig): Source[] {
    const file = (what: string, setting: string, address: string): Source => ({
        what,
        setting,
        kind: "file",
        addresses: [address],
        severity: "error",
    });
    const { version } = kubernetes;
    const plugins = mirrors.cniPluginsVersion;
    const minor = `v${releaseLine(version)}`;
    const install = node.install ?? kubernetes.install;
    const found = [];
    if (install === "binaries") {
        found.push(
            file("binaries", "mirrors.binaries", `${mirrors.binaries}/${version}/bin/linux/ARCH/kubeadm.sha256`),
            file(
                "cni-plugins",
                "mirrors.cniPlugins",
                `${mirrors.cniPlugins}/${plugins}/cni-plugins-linux-ARCH-${plugins}.tgz.sha256`,
            ),
        );
    }
    if (install === "packages") {
        found.push(file("packages", "mirrors.packages", `${mirrors.packages}/core:/stable:/${minor}/INDEX`));
    }
    if (containerRuntime.source === "archive") {
        const archive = `v${containerRuntime.version}/containerd-${containerRuntime.version}-linux-ARCH.tar.gz`;
        found.push(
            file("containerd", "mirrors.containerd", `${mirrors.containerd}/${archive}.sha256sum`),
            file("runc", "mirrors.runc", `${mirrors.runc}/${containerRuntime.runcVersion}/runc.sha256sum`),
        );
    }
    return found;
}

/** Everything that a host fetches while it becomes a node. */
export function sources(config: MachineConfig, node: NodeConfig): Source[] {
    const { mirrors } = config;
    const used = usedRegistries(config);
    const registries = [...new Set([...used, ...Object.keys(mirrors.registries)])];
    return [
        ...programs(config, node),
        ...registries.map((registry): Source => {
            // containerd falls back to the registry itself; a mirror is there because it would not do.
            const own = `https://${registry === "docker.io" ? "registry-1.docker.io" : registry}`;
            return {
                what: registry,
                setting: "mirrors.registries",
                kind: "registry",
                addresses: (mirrors.registries[registry] ?? [own]).map((address) => `${address}/v2/`),
                severity: used.has(registry) ? "error" : "warning",
            };
        }),
    ];
}

/** Names in the configuration that every host must resolve by itself. */
export function names(config: KubeadmConfig): string[] {
    const { host, ownName } = controlPlaneEndpoint(config);
    return ownName ? [] : [host];
}
