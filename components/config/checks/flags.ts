import { type Component } from "../flags/lifecycle";
import { type Finding, type GivenFlag, lintFlags, lintGates } from "../flags/lint";
import { lintValues } from "../flags/value-types";
import { VALUE_RULES } from "../flags/values";
import type { Fields } from "../kubeadm/merge";
import { isGroup } from "../plain-values";
import { fieldFindings } from "./component-fields";
import type { SoundConfig } from "./sound-config";
import { minorOf } from "../../releases/version";

/** The flags of each component as they are configured. */
export function givenFlags({ kubernetes }: SoundConfig): [Component, GivenFlag[]][] {
    const { clusterConfiguration, initConfiguration, joinConfiguration } = kubernetes?.kubeadm ?? {};
    const places = [
        ["kube-apiserver", "apiServer"],
        ["kube-controller-manager", "controllerManager"],
        ["kube-scheduler", "scheduler"],
    ] as const;
    const components = places.map(([component, key]): [Component, GivenFlag[]] => {
        const flags = Object.entries(kubernetes?.[key]?.extraArgs ?? {});
        const once = flags.map(([name, value]) => ({ name, value, path: `kubernetes.${key}.extraArgs.${name}` }));
        return [component, [...once, ...argsAt(clusterConfiguration, key, "clusterConfiguration")]];
    });
    const kubelet = [
        ...argsAt(initConfiguration, "nodeRegistration", "initConfiguration"),
        ...argsAt(joinConfiguration, "nodeRegistration", "joinConfiguration"),
    ];
    return [...components, ["kubelet", kubelet]];
}

// Flags that stand in one of kubeadm's documents, as a list.
function argsAt(document: Fields | undefined, group: string, name: string): GivenFlag[] {
    const settings = document?.[group];
    if (!isGroup(settings)) return [];
    return ["extraArgs", "kubeletExtraArgs"].flatMap((key) => {
        const args = settings[key];
        if (!Array.isArray(args)) return [];
        return args.filter(isGroup).map((arg, index) => ({
            name: String(arg.name),
            value: String(arg.value),
            path: `kubernetes.kubeadm.${name}.${group}.${key}[${index}]`,
        }));
    });
}

/** What is to be said of the components' flags and settings: errors and warnings. */
export function lintConfig(config: SoundConfig): Finding[] {
    const { kubernetes } = config;
    if (kubernetes?.version === undefined) return [];
    const minor = minorOf(kubernetes.version);
    const around = {
        podSubnet: kubernetes.podSubnet,
        serviceSubnet: kubernetes.serviceSubnet,
        nodeLeaseDurationSeconds: kubernetes.kubelet?.nodeLeaseDurationSeconds,
    };
    const flags = givenFlags(config).flatMap(([component, given]) => [
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
    return [...flags, ...fieldFindings(config, minor), ...settingFindings(kubernetes, minor)];
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
