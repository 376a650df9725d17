import { compareVersions, releaseLine } from "./version";

/** What kubeadm starts beside Kubernetes itself, by tag. */
export interface Companions {
    etcd: string;
    coredns: string;
    pause: string;
}

/** The companions from a release on, by that release: read in the source of kubeadm, and checked against kubeadm itself by a test. */
const COMPANIONS: Record<string, Companions> = {
    "1.31.0": { etcd: "3.5.15-0", coredns: "v1.11.1", pause: "3.10" },
    "1.31.1": { etcd: "3.5.15-0", coredns: "v1.11.3", pause: "3.10" },
    "1.31.14": { etcd: "3.5.24-0", coredns: "v1.11.3", pause: "3.10" },
    "1.32.0": { etcd: "3.5.16-0", coredns: "v1.11.3", pause: "3.10" },
    "1.32.10": { etcd: "3.5.24-0", coredns: "v1.11.3", pause: "3.10" },
    "1.33.0": { etcd: "3.5.21-0", coredns: "v1.12.0", pause: "3.10" },
    "1.33.6": { etcd: "3.5.24-0", coredns: "v1.12.0", pause: "3.10" },
    "1.34.0": { etcd: "3.6.4-0", coredns: "v1.12.1", pause: "3.10.1" },
    "1.35.0": { etcd: "3.6.6-0", coredns: "v1.13.1", pause: "3.10.1" },
};

const KUBERNETES = ["kube-apiserver", "kube-controller-manager", "kube-scheduler", "kube-proxy"];
const DEFAULT_REPOSITORY = "registry.k8s.io";

/** The companions of a Kubernetes version, such as v1.32.0; undefined where its minor release is not known here. */
export function companions(version: string): Companions | undefined {
    const known = Object.keys(COMPANIONS).filter(
        (release) => releaseLine(release) === releaseLine(version) && compareVersions(release, version) <= 0,
    );
    return COMPANIONS[known.at(-1) ?? ""];
}

/** What of a ClusterConfiguration says where images come from. */
export interface ImageSettings {
    dns?: { imageRepository?: string; imageTag?: string; disabled?: boolean };
    etcd?: { local?: { imageRepository?: string; imageTag?: string } };
    proxy?: { disabled?: boolean };
}

/** The images that `kubeadm config images list` names; undefined where that Kubernetes is not known here. */
export function kubeadmImages(version: string, repository: string, settings: ImageSettings = {}): string[] | undefined {
    const found = companions(version);
    if (!found) return undefined;
    const { dns = {}, etcd, proxy } = settings;
    const local = etcd?.local ?? {};
    const dnsRepository = dns.imageRepository || repository;
    // As kubeadm has it: CoreDNS is one level deeper in its own registry, and nowhere else.
    const coredns = dnsRepository === DEFAULT_REPOSITORY ? "coredns/coredns" : "coredns";
    const programs = KUBERNETES.filter((name) => name !== "kube-proxy" || proxy?.disabled !== true);
    return [
        ...programs.map((name) => `${repository}/${name}:${version}`),
        ...(dns.disabled === true ? [] : [`${dnsRepository}/${coredns}:${dns.imageTag || found.coredns}`]),
        `${repository}/pause:${found.pause}`,
        `${local.imageRepository || repository}/etcd:${local.imageTag || found.etcd}`,
    ];
}
