import type { Component } from "../flags/lifecycle";
import { type Finding, type GivenFlag, lintFlags, lintGates } from "../flags/lint";
import { lintValues } from "../flags/value-types";
import { VALUE_RULES } from "../flags/values";
import { isGroup } from "../plain-values";
import { clusterWideFindings } from "./cluster-wide";
import { fieldFindings } from "./component-fields";
import { componentValueFindings } from "./component-values";
import { givenFlags } from "./given-flags";
import { kubeadmFindings } from "./kubeadm";
import type { SoundConfig } from "./sound-config";
import { minorOf } from "../../releases/version";

/** What is to be said of the components' flags and settings: errors and warnings. */
export function lintConfig(config: SoundConfig): Finding[] {
    const { kubernetes } = config;
    if (kubernetes?.version === undefined) return [];
    const minor = minorOf(kubernetes.version);
    const around = {
        podSubnet: kubernetes.podSubnet,
        serviceSubnet: kubernetes.serviceSubnet,
        nodeLeaseDurationSeconds: kubernetes.kubelet?.nodeLeaseDurationSeconds,
        network: config.network?.addOn,
    };
    const all = givenFlags(config);
    const flags = all.flatMap(([component, given]) => [
        ...lintFlags(component, given, minor),
        ...lintValues(component, given, minor),
        ...given.flatMap(({ name, value = "", path }) => [
            ...(name === "feature-gates" ? lintGates(component, value, path, minor) : []),
            ...VALUE_RULES.filter((rule) => rule.component === component && rule.flag === name).flatMap((rule) => {
                const message = rule.judge(value, around);
                return message === undefined ? [] : [{ severity: rule.severity, path, message }];
            }),
        ]),
    ]);
    return [
        ...flags,
        ...all.flatMap(([component, given]) => missingFlags(component, given)),
        ...fieldFindings(config, minor),
        ...settingFindings(kubernetes, minor),
        ...componentValueFindings(kubernetes, minor),
        ...clusterWideFindings(kubernetes),
        ...kubeadmFindings(config, minor),
    ];
}

/** Flags of the API server that do nothing without another one: it starts, and says nothing. */
const NEEDS: [flag: string, needed: string][] = [
    ["oidc-issuer-url", "oidc-client-id"],
    ["oidc-client-id", "oidc-issuer-url"],
];

function missingFlags(component: Component, given: GivenFlag[]): Finding[] {
    const names = new Set(given.map(({ name }) => name));
    if (component !== "kube-apiserver") return [];
    return NEEDS.filter(([, needed]) => !names.has(needed)).flatMap(([flag, needed]) =>
        given
            .filter(({ name }) => name === flag)
            .map(({ path }): Finding => ({
                severity: "warning",
                path,
                message: `does nothing without ${needed}: add it`,
            })),
    );
}

// The same for what kubelet and kube-proxy take from their configuration.
function settingFindings(
    { kubelet = {}, kubeProxy = {}, servingCertificates }: NonNullable<SoundConfig["kubernetes"]>,
    minor: number,
): Finding[] {
    const findings: Finding[] = [];
    const warn = (path: string, message: string) =>
        findings.push({ severity: "warning", path: `kubernetes.kubelet.${path}`, message });
    const { authentication, authorization, readOnlyPort } = kubelet as {
        authentication?: { anonymous?: { enabled?: boolean } | null } | null;
        authorization?: { mode?: string } | null;
        readOnlyPort?: number;
    };
    if (authentication?.anonymous?.enabled === true)
        warn("authentication.anonymous.enabled", "lets everybody who reaches a node ask its kubelet: leave it out");
    if (authorization?.mode === "AlwaysAllow")
        warn("authorization.mode", "AlwaysAllow lets everybody who is known run commands in Pods: use Webhook");
    if (readOnlyPort !== undefined && readOnlyPort !== 0)
        warn("readOnlyPort", "shows the node's Pods to everybody without authentication: leave it out");
    if (servingCertificates && kubelet.serverTLSBootstrap === false) {
        const message = "false is the opposite of kubernetes.servingCertificates: leave one of them out";
        findings.push({ severity: "error", path: "kubernetes.kubelet.serverTLSBootstrap", message });
    }
    const decided = { cgroupDriver: ["systemd", undefined], staticPodPath: ["/etc/kubernetes/manifests", undefined] };
    for (const [field, values] of Object.entries(decided)) {
        if (values.includes(kubelet[field] as string | undefined)) continue;
        const message = `must be ${values[0]}, as kubeadm and containerd are set up: leave it out; found ${JSON.stringify(kubelet[field])}`;
        findings.push({ severity: "error", path: `kubernetes.kubelet.${field}`, message });
    }
    for (const [component, path, settings] of [
        ["kubelet", "kubernetes.kubelet", kubelet],
        ["kube-proxy", "kubernetes.kubeProxy", kubeProxy],
    ] as const) {
        if (isGroup(settings.featureGates))
            findings.push(...lintGates(component, settings.featureGates, `${path}.featureGates`, minor));
    }
    return findings;
}
