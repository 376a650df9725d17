import { durationSeconds } from "../duration";
import { type Finding, NEWEST_MINOR_WITH_DATA, words } from "../flags/lint";
import { firstProblems, meant, meantOrKnown, shownName } from "../nearest";
import { type Group, isGroup } from "../plain-values";
import { isDuration, isQuantity } from "../value-forms";
import { releaseOf } from "../../releases";
import type { SoundConfig } from "./sound-config";

/** What kubelet and kube-proxy would refuse of values that are of the right kind, and so not start. */
export function componentValueFindings(
    { kubelet = {}, kubeProxy = {} }: NonNullable<SoundConfig["kubernetes"]>,
    minor: number,
): Finding[] {
    const faults = [
        ...at("kubernetes.kubelet", [
            ...outOfRange(kubelet, KUBELET_RANGES),
            ...unknownWords(kubelet, kubeletWords(minor)),
            ...evictionFaults(kubelet),
            ...reservationFaults(kubelet),
            ...contradictions(kubelet),
        ]),
        ...at("kubernetes.kubeProxy", [
            ...outOfRange(kubeProxy, KUBE_PROXY_RANGES),
            ...unknownWords(kubeProxy, KUBE_PROXY_WORDS),
        ]),
    ];
    return firstProblems(faults, (fault) => fault);
}

/** What is wrong with a field, by its path in the document. */
type Fault = [field: string, message: string];

const at = (path: string, faults: Fault[]) =>
    faults.map(([field, message]): Finding => ({ severity: "error", path: `${path}.${field}`, message }));

const valueAt = (document: Group, field: string) =>
    field.split(".").reduce<unknown>((value, key) => (isGroup(value) ? value[key] : undefined), document);

type Ranges = Record<string, [least: number, most: number]>;
const many = (least: number, most: number, names: string): Ranges =>
    Object.fromEntries(names.split(" ").map((name) => [name, [least, most]]));

const KUBELET_RANGES: Ranges = {
    ...many(
        0,
        Infinity,
        "eventBurst eventRecordQPS kubeAPIBurst kubeAPIQPS maxOpenFiles maxPods podsPerCore registryBurst registryPullQPS nodeLeaseDurationSeconds",
    ),
    ...many(0, 65535, "port readOnlyPort healthzPort"),
    ...many(0, 100, "imageGCHighThresholdPercent imageGCLowThresholdPercent"),
    ...many(0, 31, "iptablesDropBit iptablesMasqueradeBit"),
    nodeStatusMaxImages: [-1, Infinity],
    maxParallelImagePulls: [1, Infinity],
    oomScoreAdj: [-1000, 1000],
    memoryThrottlingFactor: [Number.MIN_VALUE, 1],
};
const KUBE_PROXY_RANGES: Ranges = {
    ...many(0, 31, "iptables.masqueradeBit nftables.masqueradeBit"),
    ...many(0, Infinity, "conntrack.maxPerCore conntrack.min clientConnection.burst"),
    oomScoreAdj: [-1000, 1000],
};

function outOfRange(document: Group, ranges: Ranges): Fault[] {
    return Object.entries(ranges).flatMap(([field, [least, most]]): Fault[] => {
        const value = valueAt(document, field);
        if (typeof value !== "number" || (value >= least && value <= most)) return [];
        const from = least === Number.MIN_VALUE ? "above 0" : `at least ${least}`;
        return [[field, `must be ${from}${most === Infinity ? "" : ` and at most ${most}`}; found ${value}`]];
    });
}

/** Fields of the kubelet that take what one of its flags takes. */
const LIKE_FLAGS: Record<string, string> = {
    cpuManagerPolicy: "cpu-manager-policy",
    memoryManagerPolicy: "memory-manager-policy",
    topologyManagerPolicy: "topology-manager-policy",
    topologyManagerScope: "topology-manager-scope",
    "authorization.mode": "authorization-mode",
    tlsMinVersion: "tls-min-version",
    tlsCipherSuites: "tls-cipher-suites",
};
const KUBELET_WORDS: Record<string, string> = {
    hairpinMode: "promiscuous-bridge hairpin-veth none",
    "memorySwap.swapBehavior": "NoSwap LimitedSwap",
    configMapAndSecretChangeDetectionStrategy: "Get Cache Watch",
    "logging.format": "text json",
    enforceNodeAllocatable:
        "pods system-reserved system-reserved-compressible kube-reserved kube-reserved-compressible none",
};
const KUBE_PROXY_WORDS: Record<string, string> = {
    mode: "iptables ipvs nftables",
    detectLocalMode: "ClusterCIDR NodeCIDR BridgeInterface InterfaceNamePrefix",
    "logging.format": "text json",
};

function kubeletWords(minor: number): Record<string, string> {
    const choices = (releaseOf(minor) ?? releaseOf(NEWEST_MINOR_WITH_DATA))?.choices.kubelet ?? {};
    const ofFlags = Object.entries(LIKE_FLAGS).map(([field, flag]) => [field, choices[flag] ?? ""]);
    return { ...KUBELET_WORDS, ...(Object.fromEntries(ofFlags) as Record<string, string>) };
}

function unknownWords(document: Group, known: Record<string, string>): Fault[] {
    return Object.entries(known).flatMap(([field, list]): Fault[] => {
        const value = valueAt(document, field);
        const given = (Array.isArray(value) ? (value as unknown[]) : [value]).filter((one) => typeof one === "string");
        const stranger = given.find((one) => one !== "" && !words(list).includes(one));
        if (stranger === undefined || list === "") return [];
        const found = `found "${shownName(stranger)}"${meant(stranger, words(list))}`;
        return [[field, `must be one of ${words(list).join(", ")}; ${found}`]];
    });
}

const SIGNALS = [
    ...["memory.available", "allocatableMemory.available", "pid.available"],
    ...["nodefs", "imagefs", "containerfs"].flatMap((place) => [`${place}.available`, `${place}.inodesFree`]),
];

/** The entries of a group whose values are texts; the types answer for others. */
function textsOf(document: Group, field: string): [key: string, value: string][] {
    const group = document[field];
    if (!isGroup(group)) return [];
    return Object.entries(group).flatMap(([key, value]) => (typeof value === "string" ? [[key, value]] : []));
}

function evictionFaults(kubelet: Group): Fault[] {
    const thresholds = ["evictionHard", "evictionSoft", "evictionMinimumReclaim"].flatMap((field) =>
        textsOf(kubelet, field).flatMap(([signal, value]): Fault[] => {
            if (isShare(value) || (isQuantity(value) && Number.parseFloat(value) > 0))
                return signalFault(field, signal);
            const form = "must be a quantity, such as 100Mi, or a share, such as 10%";
            return [[`${field}.${shownName(signal)}`, `${form}; found "${shownName(value)}"`]];
        }),
    );
    const periods = textsOf(kubelet, "evictionSoftGracePeriod").flatMap(([signal, value]): Fault[] =>
        isDuration(value)
            ? signalFault("evictionSoftGracePeriod", signal)
            : [
                  [
                      `evictionSoftGracePeriod.${shownName(signal)}`,
                      `must be a duration, such as 1m30s; found "${shownName(value)}"`,
                  ],
              ],
    );
    const given = new Set(textsOf(kubelet, "evictionSoftGracePeriod").map(([signal]) => signal));
    const without = textsOf(kubelet, "evictionSoft").filter(
        ([signal]) => SIGNALS.includes(signal) && !given.has(signal),
    );
    return [
        ...thresholds,
        ...periods,
        ...without.map(([signal]): Fault => [
            `evictionSoft.${signal}`,
            `needs a time in evictionSoftGracePeriod, such as ${signal}: 1m30s`,
        ]),
    ];
}

const isShare = (value: string) => /^\d+(\.\d+)?%$/.test(value);

function signalFault(field: string, signal: string): Fault[] {
    if (SIGNALS.includes(signal)) return [];
    const message = `is no signal that the kubelet knows${meantOrKnown(signal, SIGNALS)}`;
    return [[`${field}.${shownName(signal)}`, message]];
}

const RESERVED = ["cpu", "memory", "ephemeral-storage", "pid"];

function reservationFaults(kubelet: Group): Fault[] {
    return ["kubeReserved", "systemReserved"].flatMap((field) =>
        textsOf(kubelet, field).flatMap(([name, value]): Fault[] => {
            const path = `${field}.${shownName(name)}`;
            if (!RESERVED.includes(name)) return [[path, `cannot be reserved; what can is ${RESERVED.join(", ")}`]];
            if (isQuantity(value) && !value.startsWith("-")) return [];
            return [[path, `must be a quantity, such as 500m or 1Gi; found "${shownName(value)}"`]];
        }),
    );
}

// Fields that are right by themselves and not together. What is not given has the kubelet's default.
function contradictions(kubelet: Group): Fault[] {
    const faults: Fault[] = [];
    const number = (field: string, fallback: number) =>
        typeof kubelet[field] === "number" ? kubelet[field] : fallback;
    const seconds = (field: string, fallback: number) =>
        typeof kubelet[field] === "string" ? (durationSeconds(kubelet[field]) ?? fallback) : fallback;
    const [low, high] = [number("imageGCLowThresholdPercent", 80), number("imageGCHighThresholdPercent", 85)];
    if (low >= high)
        faults.push(["imageGCLowThresholdPercent", `${low} must be less than imageGCHighThresholdPercent, ${high}`]);
    if (number("maxParallelImagePulls", 1) > 1 && kubelet.serializeImagePulls !== false)
        faults.push(["maxParallelImagePulls", "above 1 needs serializeImagePulls: false"]);
    const [all, critical] = [seconds("shutdownGracePeriod", 0), seconds("shutdownGracePeriodCriticalPods", 0)];
    if (critical > all)
        faults.push([
            "shutdownGracePeriodCriticalPods",
            `is part of shutdownGracePeriod, and longer than its ${all} s`,
        ]);
    const enforced = Array.isArray(kubelet.enforceNodeAllocatable) ? (kubelet.enforceNodeAllocatable as unknown[]) : [];
    for (const [part, group] of [
        ["system", "systemReservedCgroup"],
        ["kube", "kubeReservedCgroup"],
    ] as const) {
        const named = enforced.some((one) => typeof one === "string" && one.startsWith(`${part}-reserved`));
        if (named && !kubelet[group]) faults.push(["enforceNodeAllocatable", `${part}-reserved needs ${group}`]);
    }
    return faults;
}
