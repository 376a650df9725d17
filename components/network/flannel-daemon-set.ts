import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { FlannelArgs } from "./args";
import { imageReference } from "../releases/image-name";

/** The release whose manifest the resources follow, and the CNI plug-in that it names. */
export const FLANNEL_VERSION = "v0.26.7";
export const FLANNEL_CNI_PLUGIN_VERSION = "v1.6.2-flannel1";

type DaemonSetSpec = kubernetes.types.input.apps.v1.DaemonSetSpec;
type Container = kubernetes.types.input.core.v1.Container;

/** Names of other objects that Flannel's Pods refer to. */
export interface FlannelReferences {
    serviceAccountName: pulumi.Input<string>;
    configMapName: pulumi.Input<string>;
}

const configMount = { name: "flannel-cfg", mountPath: "/etc/kube-flannel/" };

/** The images of Flannel. */
export function flannelImages(args: Pick<FlannelArgs, "imageRegistry" | "digests">) {
    const registry = args.imageRegistry ?? "ghcr.io/flannel-io";
    return {
        flannel: imageReference(registry, "flannel", FLANNEL_VERSION, args.digests?.flannel),
        cniPlugin: imageReference(registry, "flannel-cni-plugin", FLANNEL_CNI_PLUGIN_VERSION, args.digests?.cniPlugin),
    };
}

/** The DaemonSet of the release manifest, with the settings applied. */
export function flannelDaemonSetSpec(args: FlannelArgs, references: FlannelReferences): DaemonSetSpec {
    const { flannel, cniPlugin } = flannelImages(args);
    return {
        selector: { matchLabels: { app: "flannel" } },
        template: {
            metadata: { labels: { tier: "node", app: "flannel" } },
            spec: {
                affinity: {
                    nodeAffinity: {
                        requiredDuringSchedulingIgnoredDuringExecution: {
                            nodeSelectorTerms: [
                                {
                                    matchExpressions: [{ key: "kubernetes.io/os", operator: "In", values: ["linux"] }],
                                },
                            ],
                        },
                    },
                },
                hostNetwork: true,
                priorityClassName: "system-node-critical",
                tolerations: [{ operator: "Exists", effect: "NoSchedule" }],
                serviceAccountName: references.serviceAccountName,
                initContainers: [installPlugin(cniPlugin), installConfig(flannel)],
                containers: [daemon(flannel, args.interface)],
                volumes: [
                    { name: "run", hostPath: { path: "/run/flannel" } },
                    { name: "cni-plugin", hostPath: { path: "/opt/cni/bin" } },
                    { name: "cni", hostPath: { path: "/etc/cni/net.d" } },
                    { name: "flannel-cfg", configMap: { name: references.configMapName } },
                    { name: "xtables-lock", hostPath: { path: "/run/xtables.lock", type: "FileOrCreate" } },
                ],
            },
        },
    };
}

function installPlugin(image: string): Container {
    return {
        name: "install-cni-plugin",
        image,
        command: ["cp"],
        args: ["-f", "/flannel", "/opt/cni/bin/flannel"],
        volumeMounts: [{ name: "cni-plugin", mountPath: "/opt/cni/bin" }],
    };
}

function installConfig(image: string): Container {
    return {
        name: "install-cni",
        image,
        command: ["cp"],
        args: ["-f", "/etc/kube-flannel/cni-conf.json", "/etc/cni/net.d/10-flannel.conflist"],
        volumeMounts: [{ name: "cni", mountPath: "/etc/cni/net.d" }, configMount],
    };
}

function daemon(image: string, networkInterface = "$(NODE_IP)"): Container {
    return {
        name: "kube-flannel",
        image,
        command: ["/opt/bin/flanneld"],
        // By itself it would take the interface with the default route: behind a NAT card that all hosts have alike, their
        // own addresses are the same, and no Pod reaches another host's.
        args: ["--ip-masq", "--kube-subnet-mgr", `--iface=${networkInterface}`],
        resources: { requests: { cpu: "100m", memory: "50Mi" } },
        securityContext: { privileged: false, capabilities: { add: ["NET_ADMIN", "NET_RAW"] } },
        env: [
            { name: "POD_NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
            { name: "POD_NAMESPACE", valueFrom: { fieldRef: { fieldPath: "metadata.namespace" } } },
            { name: "EVENT_QUEUE_DEPTH", value: "5000" },
            { name: "NODE_IP", valueFrom: { fieldRef: { fieldPath: "status.hostIP" } } },
        ],
        volumeMounts: [
            { name: "run", mountPath: "/run/flannel" },
            configMount,
            { name: "xtables-lock", mountPath: "/run/xtables.lock" },
        ],
    };
}
