import * as net from "node:net";
import type { Finding } from "../flags/lint";
import { networkOf, overlap } from "../ipv4-range";
import type { SoundConfig } from "./sound-config";

type Kubernetes = NonNullable<SoundConfig["kubernetes"]>;

/** Addresses of a DNS cache on each node. */
const LINK_LOCAL = "169.254.0.0/16";
/** What kubelet and kube-proxy are told otherwise than the rest of the cluster. */
export function clusterWideFindings(kubernetes: Kubernetes): Finding[] {
    return [...dnsFindings(kubernetes), ...proxyFindings(kubernetes)];
}

const warning = (path: string, message: string): Finding => ({ severity: "warning", path, message });

/** The address of cluster DNS: the tenth of the Services' subnet, as kubeadm has it. */
function dnsAddress(serviceSubnet: string): string {
    const parts = networkOf(serviceSubnet).split("/")[0]?.split(".").map(Number) ?? [];
    return [...parts.slice(0, 3), (parts[3] ?? 0) + 10].join(".");
}

function dnsFindings({ kubelet = {}, serviceSubnet, dnsDomain }: Kubernetes): Finding[] {
    const { clusterDNS, clusterDomain } = kubelet;
    const findings: Finding[] = [];
    if (Array.isArray(clusterDNS) && serviceSubnet !== undefined) {
        const own = dnsAddress(serviceSubnet);
        const lost = clusterDNS.filter(
            (one): one is string =>
                typeof one === "string" && net.isIPv4(one) && one !== own && !overlap(one, LINK_LOCAL),
        );
        if (lost.length > 0)
            findings.push(
                warning(
                    "kubernetes.kubelet.clusterDNS",
                    `${lost.join(", ")} is not ${own}, where cluster DNS is in serviceSubnet ${serviceSubnet}: names are not found unless you run a DNS there; leave it out, and it follows`,
                ),
            );
    }
    if (typeof clusterDomain === "string" && dnsDomain !== undefined && clusterDomain !== dnsDomain)
        findings.push(
            warning(
                "kubernetes.kubelet.clusterDomain",
                `${clusterDomain} is not kubernetes.dnsDomain ${dnsDomain}, for which cluster DNS answers: leave it out, and it follows`,
            ),
        );
    return findings;
}

function proxyFindings({ kubeProxy = {}, podSubnet }: Kubernetes): Finding[] {
    const { mode, clusterCIDR } = kubeProxy;
    const findings: Finding[] = [];
    if (mode === "ipvs")
        findings.push(
            warning(
                "kubernetes.kubeProxy.mode",
                "ipvs needs the kernel modules ip_vs, ip_vs_rr, ip_vs_wrr, ip_vs_sh and nf_conntrack on every host: where one is missing, kube-proxy ends. It is deprecated from 1.35 on: nftables comes after it",
            ),
        );
    if (typeof clusterCIDR === "string" && clusterCIDR !== "" && podSubnet !== undefined && clusterCIDR !== podSubnet)
        findings.push(
            warning(
                "kubernetes.kubeProxy.clusterCIDR",
                `${clusterCIDR} is not kubernetes.podSubnet ${podSubnet}: kube-proxy takes Pods outside of it for strangers and hides their addresses; leave it out, and it follows`,
            ),
        );
    return findings;
}
