import { durationSeconds } from "../duration";
import type { Component } from "./lifecycle";
import { nodeLabelsFault } from "./node-labels";

/** What a value is judged by, beside itself. */
export interface Surroundings {
    podSubnet?: string;
    serviceSubnet?: string;
    /** As configured for the kubelet, seconds. */
    nodeLeaseDurationSeconds?: unknown;
    /** The pod network. */
    network?: string;
}

/** A flag whose value can be wrong or unwise. */
interface ValueRule {
    component: Component;
    flag: string;
    severity: "error" | "warning";
    /** What is to be said of a value; undefined where it is sound. */
    judge(value: string, around: Surroundings): string | undefined;
}

const list = (value: string) => value.split(",").map((entry) => entry.trim());

/** Values that keep a cluster from working or open it to others. */
export const VALUE_RULES: readonly ValueRule[] = [
    {
        component: "kube-controller-manager",
        flag: "node-monitor-grace-period",
        severity: "warning",
        judge(value, { nodeLeaseDurationSeconds: lease }) {
            const grace = durationSeconds(value);
            if (grace === undefined || typeof lease !== "number" || lease < grace) return undefined;
            return `${value} is no longer than the kubelets' nodeLeaseDurationSeconds, ${lease}: nodes will turn NotReady under load; leave nodeLeaseDurationSeconds out, and it follows`;
        },
    },
    {
        component: "kube-controller-manager",
        flag: "controllers",
        severity: "warning",
        judge(value) {
            const missing = ["bootstrapsigner", "tokencleaner"].filter((name) => !list(value).includes(name));
            if (missing.length === 0) return undefined;
            return `leaves out ${missing.join(" and ")}, which kubeadm switches on: workers cannot join by a token; add ${missing.join(",")}`;
        },
    },
    {
        component: "kube-controller-manager",
        flag: "cluster-cidr",
        severity: "error",
        judge: (value, { podSubnet }) =>
            podSubnet !== undefined && value !== podSubnet
                ? `${value} is not kubernetes.podSubnet ${podSubnet}, which it must be: leave it out`
                : undefined,
    },
    ...(["kube-apiserver", "kube-controller-manager"] as const).map((component): ValueRule => ({
        component,
        flag: "service-cluster-ip-range",
        severity: "error",
        judge: (value, { serviceSubnet }) =>
            serviceSubnet !== undefined && value !== serviceSubnet
                ? `${value} is not kubernetes.serviceSubnet ${serviceSubnet}, which it must be: leave it out`
                : undefined,
    })),
    {
        component: "kube-controller-manager",
        flag: "allocate-node-cidrs",
        severity: "error",
        judge: (value, { network }) =>
            network === "flannel" && /^(0|f)/i.test(value)
                ? `${value}: Flannel takes each node's addresses from what this allocates, and no Pod would start; leave it out`
                : undefined,
    },
    {
        component: "kube-controller-manager",
        flag: "controllers",
        severity: "error",
        judge(value, { network }) {
            const given = list(value);
            const names = ["node-ipam-controller", "nodeipam"];
            const off = names.find((name) => given.includes(`-${name}`));
            const missing = !given.includes("*") && !names.some((name) => given.includes(name));
            if (network !== "flannel" || (off === undefined && !missing)) return undefined;
            const found = off === undefined ? "leaves out node-ipam-controller" : `has -${off}`;
            return `${found}: Flannel takes each node's addresses from what it allocates, and no Pod would start; ${off === undefined ? "add it" : "leave that out"}`;
        },
    },
    ...(["kube-controller-manager", "kube-scheduler"] as const).map((component): ValueRule => ({
        component,
        flag: "leader-elect-resource-lock",
        severity: "error",
        judge: (value) => (value === "leases" ? undefined : `"${value}" is gone, leases is the only one: leave it out`),
    })),
    {
        component: "kube-apiserver",
        flag: "anonymous-auth",
        severity: "warning",
        judge: (value) =>
            value === "false"
                ? "false: workers cannot join by a token, and the API server's own probes fail; restrict it with authentication-config instead"
                : undefined,
    },
    {
        component: "kube-apiserver",
        flag: "authorization-mode",
        severity: "warning",
        judge(value) {
            if (list(value).includes("AlwaysAllow")) return "AlwaysAllow lets everybody do everything: use Node,RBAC";
            const missing = ["Node", "RBAC"].filter((mode) => !list(value).includes(mode));
            return missing.length > 0
                ? `lacks ${missing.join(" and ")}, which kubeadm's own rights are made of`
                : undefined;
        },
    },
    {
        component: "kube-apiserver",
        flag: "oidc-issuer-url",
        severity: "error",
        judge: (value) => (value.startsWith("https://") ? undefined : `must begin with https://; found "${value}"`),
    },
    {
        component: "kube-apiserver",
        flag: "token-auth-file",
        severity: "warning",
        judge: () => "keeps tokens in plain text that never expire: use service accounts or OIDC",
    },
    ...(["kube-apiserver", "kube-controller-manager", "kube-scheduler"] as const).map((component): ValueRule => ({
        component,
        flag: "profiling",
        severity: "warning",
        judge: (value) =>
            value === "true" ? "serves profiles of the process to whoever may reach it: false is safer" : undefined,
    })),
    {
        component: "kubelet",
        flag: "anonymous-auth",
        severity: "warning",
        judge: (value) => (value === "true" ? "lets everybody who reaches a node run commands in its Pods" : undefined),
    },
    { component: "kubelet", flag: "node-labels", severity: "error", judge: nodeLabelsFault },
];
