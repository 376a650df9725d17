/** A flag that a component no longer has: the component does not start when it is given one. */
export interface RemovedFlag {
    component: "kube-apiserver" | "kube-controller-manager" | "kube-scheduler" | "kubelet";
    flag: string;
    /** Kubernetes minor version without it, such as 22 for 1.22. */
    removedIn: number;
    /** What to do instead. */
    instead: string;
}

/** From the changelogs of Kubernetes 1.20 to 1.32. */
export const REMOVED_FLAGS: readonly RemovedFlag[] = [
    {
        component: "kube-controller-manager",
        flag: "horizontal-pod-autoscaler-use-rest-clients",
        removedIn: 22,
        instead:
            "leave it out: the autoscaler reads metrics from the metrics API since then, so install metrics-server",
    },
    {
        component: "kube-controller-manager",
        flag: "pod-eviction-timeout",
        removedIn: 27,
        instead: "set the API server's default-not-ready-toleration-seconds and default-unreachable-toleration-seconds",
    },
    {
        component: "kube-controller-manager",
        flag: "enable-taint-manager",
        removedIn: 27,
        instead: "leave it out: taint based eviction is always on",
    },
    { component: "kube-controller-manager", flag: "port", removedIn: 24, instead: "use secure-port" },
    { component: "kube-scheduler", flag: "port", removedIn: 24, instead: "use secure-port" },
    {
        component: "kube-scheduler",
        flag: "policy-config-file",
        removedIn: 23,
        instead: "use a scheduler configuration (config)",
    },
    { component: "kube-apiserver", flag: "insecure-port", removedIn: 24, instead: "use secure-port" },
    { component: "kube-apiserver", flag: "insecure-bind-address", removedIn: 24, instead: "use bind-address" },
    {
        component: "kube-apiserver",
        flag: "enable-swagger-ui",
        removedIn: 20,
        instead: "leave it out: the API server serves OpenAPI itself",
    },
    {
        component: "kube-apiserver",
        flag: "service-account-api-audiences",
        removedIn: 25,
        instead: "use api-audiences",
    },
    {
        component: "kube-apiserver",
        flag: "cloud-provider",
        removedIn: 33,
        instead: "run the cloud's own controller manager",
    },
];
