/** The components of Kubernetes that take flags. */
export const COMPONENTS = [
    "kube-apiserver",
    "kube-controller-manager",
    "kube-scheduler",
    "kubelet",
    "kube-proxy",
] as const;

/** A component of Kubernetes that takes flags. */
export type Component = (typeof COMPONENTS)[number];

/** A flag that went away or will: a component does not start when it is given one that it no longer has. */
export interface FlagLifecycle {
    component: Component;
    flag: string;
    /** Minor version in which it was deprecated, such as 22 for 1.22; undefined where that is older than 1.20. */
    deprecatedIn?: number;
    /** Minor version without it; undefined where it is still there. */
    removedIn?: number;
    /** What to do instead. */
    instead: string;
}

type Row = [flag: string, deprecatedIn: number | undefined, removedIn: number | undefined, instead: string];

const OLD = undefined;
const STILL = undefined;
const NO_INSECURE_PORT = "leave it out: there is no unencrypted port any more; use secure-port and bind-address";
const CONTAINER_RUNTIME = "leave it out: the container runtime has this setting since dockershim was removed";
const CONFIG = "write it into the kubelet's configuration instead (kubernetes.kubelet)";
const LOGS = "leave it out: components log to standard error alone";

const LOG_FLAGS = [
    "add-dir-header",
    "alsologtostderr",
    "log-backtrace-at",
    "log-dir",
    "log-file",
    "log-file-max-size",
    "logtostderr",
    "one-output",
    "skip-headers",
    "skip-log-headers",
    "stderrthreshold",
];

/** From the changelogs of Kubernetes 1.20 to 1.33; a test holds it against the binaries. */
const ROWS: Record<Component, Row[]> = {
    "kube-apiserver": [
        ["enable-swagger-ui", OLD, 20, "leave it out: the API server serves OpenAPI itself"],
        ["kubelet-https", OLD, 22, "leave it out: kubelets are always reached by https"],
        ["address", OLD, 24, NO_INSECURE_PORT],
        ["insecure-bind-address", OLD, 24, "use bind-address"],
        ["insecure-port", OLD, 24, "use secure-port"],
        ["port", OLD, 24, NO_INSECURE_PORT],
        ["deserialization-cache-size", OLD, 24, "leave it out: it had no effect"],
        ["experimental-encryption-provider-config", OLD, 24, "use encryption-provider-config"],
        ["target-ram-mb", OLD, 24, "leave it out: it had no effect"],
        ["service-account-api-audiences", OLD, 25, "use api-audiences"],
        ["master-service-namespace", 26, 27, "leave it out: it had no effect"],
        ["cloud-provider-gce-l7lb-src-cidrs", OLD, 31, "run the cloud's own controller manager"],
        ["cloud-provider-gce-lb-src-cidrs", OLD, 31, "run the cloud's own controller manager"],
        ["cloud-config", 30, 33, "run the cloud's own controller manager"],
        ["cloud-provider", 30, 33, "run the cloud's own controller manager"],
        ["admission-control", OLD, STILL, "use enable-admission-plugins and disable-admission-plugins"],
        ["apiserver-count", OLD, STILL, "leave it out: API servers find each other by leases"],
        ["kubelet-port", OLD, STILL, "leave it out: it has no effect"],
        ["kubelet-read-only-port", OLD, STILL, "leave it out: it has no effect"],
        ["enable-logs-handler", OLD, STILL, "leave it out: read /var/log on the node instead"],
    ],
    "kube-controller-manager": [
        [
            "horizontal-pod-autoscaler-use-rest-clients",
            OLD,
            22,
            "leave it out: the autoscaler reads metrics from the metrics API since then, so install metrics-server",
        ],
        ["horizontal-pod-autoscaler-downscale-delay", OLD, 22, "use horizontal-pod-autoscaler-downscale-stabilization"],
        ["horizontal-pod-autoscaler-upscale-delay", OLD, 22, "leave it out: an autoscaler's behavior field decides it"],
        ["address", OLD, 24, NO_INSECURE_PORT],
        ["port", OLD, 24, "use secure-port"],
        ["deleting-pods-burst", OLD, 24, "leave it out: it had no effect"],
        ["deleting-pods-qps", OLD, 24, "leave it out: it had no effect"],
        ["deployment-controller-sync-period", OLD, 24, "leave it out: it had no effect"],
        ["register-retry-count", OLD, 24, "leave it out: it had no effect"],
        ["experimental-cluster-signing-duration", OLD, 25, "use cluster-signing-duration"],
        ["enable-taint-manager", 26, 27, "leave it out: taint based eviction is always on"],
        [
            "pod-eviction-timeout",
            26,
            27,
            "set the API server's default-not-ready-toleration-seconds and default-unreachable-toleration-seconds",
        ],
        ["volume-host-allow-local-loopback", 28, 31, "leave it out: the volume plug-ins that used it are gone"],
        ["volume-host-cidr-denylist", 28, 31, "leave it out: the volume plug-ins that used it are gone"],
    ],
    "kube-scheduler": [
        ["algorithm-provider", OLD, 23, "use a scheduler configuration (config)"],
        ["policy-config-file", OLD, 23, "use a scheduler configuration (config)"],
        ["policy-configmap", OLD, 23, "use a scheduler configuration (config)"],
        ["policy-configmap-namespace", OLD, 23, "use a scheduler configuration (config)"],
        ["use-legacy-policy-config", OLD, 23, "use a scheduler configuration (config)"],
        ["hard-pod-affinity-symmetric-weight", OLD, 23, "set hardPodAffinityWeight in a scheduler configuration"],
        ["scheduler-name", OLD, 23, "set schedulerName in a scheduler configuration"],
        ["address", OLD, 24, NO_INSECURE_PORT],
        ["port", OLD, 24, "use secure-port"],
        ["lock-object-name", OLD, 28, "use leader-elect-resource-name"],
        ["lock-object-namespace", OLD, 28, "use leader-elect-resource-namespace"],
        ["contention-profiling", 24, STILL, "set enableContentionProfiling in a scheduler configuration"],
        ["profiling", 24, STILL, "set enableProfiling in a scheduler configuration"],
        ["kube-api-burst", 24, STILL, "set clientConnection.burst in a scheduler configuration"],
        ["kube-api-qps", 24, STILL, "set clientConnection.qps in a scheduler configuration"],
    ],
    kubelet: [
        ["enable-cadvisor-json-endpoints", OLD, 21, "leave it out: read /metrics/cadvisor"],
        ["redirect-container-streaming", OLD, 22, "leave it out: streams go through the API server"],
        ["chaos-chance", OLD, 24, "leave it out"],
        ["cni-bin-dir", 23, 24, CONTAINER_RUNTIME],
        ["cni-cache-dir", 23, 24, CONTAINER_RUNTIME],
        ["cni-conf-dir", 23, 24, CONTAINER_RUNTIME],
        ["docker-endpoint", 23, 24, CONTAINER_RUNTIME],
        ["dynamic-config-dir", 22, 24, CONFIG],
        ["experimental-check-node-capabilities-before-mount", OLD, 24, "leave it out: it had no effect"],
        ["experimental-dockershim-root-directory", 23, 24, CONTAINER_RUNTIME],
        ["experimental-kernel-memcg-notification", OLD, 24, "set kernelMemcgNotification (kubernetes.kubelet)"],
        ["image-pull-progress-deadline", 23, 24, CONTAINER_RUNTIME],
        ["network-plugin", 23, 24, "leave it out: the container runtime runs CNI plug-ins by itself"],
        ["network-plugin-mtu", 23, 24, "set network.mtu instead"],
        ["non-masquerade-cidr", 23, 24, CONTAINER_RUNTIME],
        ["really-crash-for-testing", OLD, 24, "leave it out"],
        ["seccomp-profile-root", OLD, 24, "leave it out: profiles are in /var/lib/kubelet/seccomp"],
        ["container-runtime", 24, 27, "leave it out: every container runtime is reached by container-runtime-endpoint"],
        ["master-service-namespace", OLD, 27, "leave it out: it had no effect"],
        ["azure-container-registry-config", 28, 31, "use image-credential-provider-config"],
        ["iptables-drop-bit", 28, 31, "leave it out: it had no effect"],
        ["iptables-masquerade-bit", 28, 31, "leave it out: it had no effect"],
        ["keep-terminated-pod-volumes", OLD, 31, "leave it out: it had no effect"],
        ["cloud-config", OLD, STILL, "run the cloud's own controller manager"],
        ["maximum-dead-containers", OLD, STILL, CONFIG],
        ["maximum-dead-containers-per-container", OLD, STILL, CONFIG],
        ["minimum-container-ttl-duration", OLD, STILL, CONFIG],
        ["pod-infra-container-image", 27, 35, "set sandbox_image in containerd's configuration"],
        ["register-schedulable", OLD, STILL, "use a taint of the node"],
        ["cgroup-driver", OLD, STILL, "leave it out: kubeadm and containerd are set to systemd"],
        ["max-pods", OLD, STILL, CONFIG],
        ["eviction-hard", OLD, STILL, CONFIG],
        ["kube-reserved", OLD, STILL, CONFIG],
        ["system-reserved", OLD, STILL, CONFIG],
        ["fail-swap-on", OLD, STILL, CONFIG],
        ["topology-manager-policy", OLD, STILL, CONFIG],
        ["cpu-manager-policy", OLD, STILL, CONFIG],
    ],
    "kube-proxy": [
        ["cleanup-iptables", OLD, 22, "use cleanup"],
        ["resource-container", OLD, 22, "leave it out: it had no effect"],
        ["cleanup-ipvs", OLD, 26, "use cleanup"],
        ["proxy-port-range", 23, 26, "leave it out: it was for the mode userspace, which is gone"],
        ["udp-timeout", 23, 26, "leave it out: it was for the mode userspace, which is gone"],
        ["healthz-port", OLD, STILL, "use healthz-bind-address"],
        ["metrics-port", OLD, STILL, "use metrics-bind-address"],
    ],
};

/** Every flag that went away or will, by component. */
export const FLAG_LIFECYCLES: readonly FlagLifecycle[] = COMPONENTS.flatMap((component) =>
    [...ROWS[component], ...LOG_FLAGS.map((flag): Row => [flag, 23, 26, LOGS])].map(
        ([flag, deprecatedIn, removedIn, instead]) => ({ component, flag, deprecatedIn, removedIn, instead }),
    ),
);
