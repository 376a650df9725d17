import { Problem } from "../problem";
import { firstProblems, shownName } from "../nearest";
import { isGroup } from "../plain-values";
import type { SoundConfig } from "./sound-config";

/** What a field is: a value, a list or a map of one kind, or a group of fields. */
type Kind = "text" | "number" | "boolean" | "texts" | "groups" | "map of text" | "map of boolean" | Group;
interface Group {
    [field: string]: Kind;
}

const each = (kind: Kind, names: string): Group => Object.fromEntries(names.split(" ").map((name) => [name, kind]));

const LOGGING: Group = { format: "text", options: {}, verbosity: "number", vmodule: "groups" };

/** KubeletConfiguration, kubelet.config.k8s.io/v1beta1, as its types in Go say. */
const KUBELET: Group = {
    ...each(
        "text",
        "staticPodPath podLogsDir syncFrequency fileCheckFrequency httpCheckFrequency staticPodURL address tlsCertFile tlsPrivateKeyFile tlsMinVersion healthzBindAddress clusterDomain streamingConnectionIdleTimeout nodeStatusUpdateFrequency nodeStatusReportFrequency imageMinimumGCAge imageMaximumGCAge volumeStatsAggPeriod kubeletCgroups systemCgroups cgroupRoot cgroupDriver cpuManagerPolicy cpuManagerReconcilePeriod memoryManagerPolicy topologyManagerPolicy topologyManagerScope runtimeRequestTimeout hairpinMode podCIDR resolvConf cpuCFSQuotaPeriod contentType evictionPressureTransitionPeriod containerLogMaxSize containerLogMonitorInterval configMapAndSecretChangeDetectionStrategy reservedSystemCPUs showHiddenMetricsForVersion systemReservedCgroup kubeReservedCgroup volumePluginDir providerID shutdownGracePeriod shutdownGracePeriodCriticalPods containerRuntimeEndpoint imageServiceEndpoint",
    ),
    ...each(
        "number",
        "port readOnlyPort registryPullQPS registryBurst eventRecordQPS eventBurst healthzPort oomScoreAdj nodeLeaseDurationSeconds imageGCHighThresholdPercent imageGCLowThresholdPercent maxPods podPidsLimit nodeStatusMaxImages maxOpenFiles kubeAPIQPS kubeAPIBurst maxParallelImagePulls evictionMaxPodGracePeriod podsPerCore iptablesMasqueradeBit iptablesDropBit containerLogMaxFiles containerLogMaxWorkers memoryThrottlingFactor",
    ),
    ...each(
        "boolean",
        "enableServer rotateCertificates serverTLSBootstrap enableDebuggingHandlers enableContentionProfiling cgroupsPerQOS singleProcessOOMKill runOnce cpuCFSQuota serializeImagePulls enableControllerAttachDetach protectKernelDefaults makeIPTablesUtilChains failSwapOn kernelMemcgNotification enableSystemLogHandler enableSystemLogQuery enableProfilingHandler enableDebugFlagsHandler seccompDefault registerNode localStorageCapacityIsolation failCgroupV1",
    ),
    ...each("texts", "tlsCipherSuites clusterDNS enforceNodeAllocatable allowedUnsafeSysctls"),
    ...each("groups", "shutdownGracePeriodByPodPriority reservedMemory registerWithTaints"),
    ...each(
        "map of text",
        "cpuManagerPolicyOptions topologyManagerPolicyOptions qosReserved evictionHard evictionSoft evictionSoftGracePeriod evictionMinimumReclaim systemReserved kubeReserved",
    ),
    featureGates: "map of boolean",
    staticPodURLHeader: {},
    authentication: {
        x509: { clientCAFile: "text" },
        webhook: { enabled: "boolean", cacheTTL: "text" },
        anonymous: { enabled: "boolean" },
    },
    authorization: { mode: "text", webhook: { cacheAuthorizedTTL: "text", cacheUnauthorizedTTL: "text" } },
    memorySwap: { swapBehavior: "text" },
    crashLoopBackOff: { maxContainerRestartPeriod: "text" },
    logging: LOGGING,
    tracing: { endpoint: "text", samplingRatePerMillion: "number" },
};

const SYNC = each("text", "syncPeriod minSyncPeriod");

/** KubeProxyConfiguration, kubeproxy.config.k8s.io/v1alpha1. */
const KUBE_PROXY: Group = {
    ...each(
        "text",
        "hostnameOverride bindAddress healthzBindAddress metricsBindAddress showHiddenMetricsForVersion mode detectLocalMode clusterCIDR configSyncPeriod portRange",
    ),
    ...each("boolean", "bindAddressHardFail enableProfiling windowsRunAsService"),
    oomScoreAdj: "number",
    nodePortAddresses: "texts",
    featureGates: "map of boolean",
    clientConnection: {
        ...each("text", "kubeconfig acceptContentTypes contentType"),
        ...each("number", "qps burst"),
    },
    logging: LOGGING,
    iptables: { ...SYNC, masqueradeBit: "number", ...each("boolean", "masqueradeAll localhostNodePorts") },
    ipvs: {
        ...SYNC,
        ...each("text", "scheduler tcpTimeout tcpFinTimeout udpTimeout"),
        excludeCIDRs: "texts",
        strictARP: "boolean",
    },
    nftables: { ...SYNC, masqueradeBit: "number", masqueradeAll: "boolean" },
    conntrack: {
        ...each("number", "maxPerCore min"),
        ...each("text", "tcpEstablishedTimeout tcpCloseWaitTimeout udpTimeout udpStreamTimeout"),
        tcpBeLiberal: "boolean",
    },
    detectLocal: each("text", "bridgeInterface interfaceNamePrefix"),
    winkernel: {},
};

/** What a value must be; undefined where it is. */
function expected(kind: Kind, value: unknown): string | undefined {
    if (value === null || value === undefined) return undefined;
    const list = (entry: (one: unknown) => boolean) => Array.isArray(value) && value.every(entry);
    const map = (type: string) => isGroup(value) && Object.values(value).every((one) => typeof one === type);
    switch (kind) {
        case "text":
            return typeof value === "string" ? undefined : "must be a text in quotes";
        case "number":
            return typeof value === "number" && Number.isFinite(value) ? undefined : "must be a number";
        case "boolean":
            return typeof value === "boolean" ? undefined : "must be true or false";
        case "texts":
            return list((one) => typeof one === "string") ? undefined : "must be a list of texts";
        case "groups":
            return list(isGroup) ? undefined : "must be a list of groups of keys";
        case "map of text":
            return map("string") ? undefined : "must be a group of keys, each a text in quotes";
        case "map of boolean":
            return map("boolean") ? undefined : "must be a group of keys, each true or false";
        default:
            return isGroup(value) ? undefined : "must be a group of keys";
    }
}

// Fields that are not known are left to the component: a newer one may have them.
function wrongFields(fields: Group, values: Record<string, unknown>, path: string): Problem[] {
    return Object.entries(fields).flatMap(([field, kind]) => {
        if (!Object.hasOwn(values, field)) return [];
        const value = values[field];
        const at = `${path}.${field}`;
        const message = expected(kind, value);
        if (message !== undefined)
            return [{ path: at, message: `${message}; found ${shownName(JSON.stringify(value) ?? "nothing")}` }];
        return typeof kind === "object" && isGroup(value) ? wrongFields(kind, value, at) : [];
    });
}

/** Fields of the kubelet's and kube-proxy's configurations that are of another kind than these read. */
export function componentFieldProblems({ kubernetes }: SoundConfig): Problem[] {
    const { kubelet, kubeProxy } = kubernetes ?? {};
    const problems = [
        ...(isGroup(kubelet) ? wrongFields(KUBELET, kubelet, "kubernetes.kubelet") : []),
        ...(isGroup(kubeProxy) ? wrongFields(KUBE_PROXY, kubeProxy, "kubernetes.kubeProxy") : []),
    ];
    return firstProblems(problems, (problem) => problem);
}
