import { type Component } from "../flags/lifecycle";
import type { GivenFlag } from "../flags/lint";
import type { Fields } from "../kubeadm/merge";
import { isGroup } from "../plain-values";
import type { SoundConfig } from "./sound-config";

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
