import * as fs from "node:fs";
import * as path from "node:path";
import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { WeaveNetArgs } from "./args";
import { imageReference } from "../releases/image-name";
import { WEAVE_NAME } from "./weave-net-rbac";

/** The release whose manifest the resources follow. */
export const WEAVE_VERSION = "2.8.1";
/** The key of the password in its Secret. */
export const PASSWORD_KEY = "weave-passwd";

type DaemonSetSpec = kubernetes.types.input.apps.v1.DaemonSetSpec;
type EnvVar = kubernetes.types.input.core.v1.EnvVar;

/** Names of other objects that Weave's Pods refer to. */
export interface WeaveReferences {
    serviceAccountName: pulumi.Input<string>;
    /** Present where the traffic is encrypted. */
    passwordSecretName?: pulumi.Input<string>;
}

const labels = { name: WEAVE_NAME };
const nodeName: EnvVar = {
    name: "HOSTNAME",
    valueFrom: { fieldRef: { apiVersion: "v1", fieldPath: "spec.nodeName" } },
};
const nodeAddress: EnvVar = {
    name: "NODE_IP",
    valueFrom: { fieldRef: { apiVersion: "v1", fieldPath: "status.hostIP" } },
};
const launch = fs.readFileSync(path.join(__dirname, "weave-launch.sh"), "utf8");
const xtablesLock = { name: "xtables-lock", mountPath: "/run/xtables.lock", readOnly: false };

/** The images of Weave Net. */
export function weaveImages(args: Pick<WeaveNetArgs, "imageRegistry" | "digests">) {
    const registry = args.imageRegistry ?? "weaveworks";
    return {
        kube: imageReference(registry, "weave-kube", WEAVE_VERSION, args.digests?.kube),
        npc: imageReference(registry, "weave-npc", WEAVE_VERSION, args.digests?.npc),
    };
}

/** The DaemonSet of the release manifest, with the settings applied. */
export function weaveDaemonSetSpec(args: WeaveNetArgs, references: WeaveReferences): DaemonSetSpec {
    const { kube, npc } = weaveImages(args);
    return {
        selector: { matchLabels: labels },
        // Time for a new Pod to find its peers before the next host's is stopped.
        minReadySeconds: 5,
        template: {
            metadata: { labels },
            spec: {
                initContainers: [initContainer(kube)],
                containers: [routerContainer(kube, environment(args, references)), policyContainer(npc)],
                hostNetwork: true,
                dnsPolicy: "ClusterFirstWithHostNet",
                hostPID: false,
                restartPolicy: "Always",
                securityContext: { seLinuxOptions: {} },
                serviceAccountName: references.serviceAccountName,
                tolerations: [
                    { effect: "NoSchedule", operator: "Exists" },
                    { effect: "NoExecute", operator: "Exists" },
                ],
                volumes: [
                    { name: "weavedb", hostPath: { path: "/var/lib/weave" } },
                    { name: "cni-bin", hostPath: { path: "/opt" } },
                    { name: "cni-bin2", hostPath: { path: "/home" } },
                    { name: "cni-conf", hostPath: { path: "/etc" } },
                    { name: "cni-machine-id", hostPath: { path: "/etc/machine-id" } },
                    { name: "dbus", hostPath: { path: "/var/lib/dbus" } },
                    { name: "lib-modules", hostPath: { path: "/lib/modules" } },
                    { name: "xtables-lock", hostPath: { path: "/run/xtables.lock", type: "FileOrCreate" } },
                ],
                priorityClassName: "system-node-critical",
            },
        },
        updateStrategy: { type: "RollingUpdate" },
    };
}

/** What the image's launch script turns into arguments of the router. */
function environment(args: WeaveNetArgs, references: WeaveReferences): EnvVar[] {
    const env: EnvVar[] = [
        { name: "INIT_CONTAINER", value: "true" },
        nodeName,
        nodeAddress,
        { name: "IPALLOC_RANGE", value: args.podSubnet },
        // Weave would otherwise send its version, the kernel's and an id of the cluster to a server of its makers.
        { name: "CHECKPOINT_DISABLE", value: "1" },
        // The release listens on all addresses of the host, where anyone may read the peers' names and addresses.
        { name: "WEAVE_METRICS_ADDR", value: "127.0.0.1:6782" },
    ];
    if (args.mtu !== undefined) {
        env.push({ name: "WEAVE_MTU", value: String(args.mtu) });
    }
    if (args.connLimit !== undefined) {
        env.push({ name: "CONN_LIMIT", value: String(args.connLimit) });
    }
    if (args.noMasqLocal === false) {
        env.push({ name: "NO_MASQ_LOCAL", value: "0" });
    }
    if (references.passwordSecretName !== undefined) {
        env.push({
            name: "WEAVE_PASSWORD",
            valueFrom: { secretKeyRef: { name: references.passwordSecretName, key: PASSWORD_KEY } },
        });
    }
    return env;
}

function initContainer(image: string): kubernetes.types.input.core.v1.Container {
    return {
        name: "weave-init",
        image,
        command: ["/home/weave/init.sh"],
        securityContext: { privileged: true },
        volumeMounts: [
            { name: "cni-bin", mountPath: "/host/opt" },
            { name: "cni-bin2", mountPath: "/host/home" },
            { name: "cni-conf", mountPath: "/host/etc" },
            { name: "lib-modules", mountPath: "/lib/modules" },
            xtablesLock,
        ],
    };
}

function routerContainer(image: string, env: EnvVar[]): kubernetes.types.input.core.v1.Container {
    return {
        name: "weave",
        // Peers are dialled at their Nodes' own addresses by the image's program; what else a host decides is here.
        command: ["/bin/sh", "-c", launch],
        env,
        image,
        readinessProbe: { httpGet: { host: "127.0.0.1", path: "/status", port: 6784 } },
        resources: { requests: { cpu: "50m" } },
        securityContext: { privileged: true },
        volumeMounts: [
            { name: "weavedb", mountPath: "/weavedb" },
            { name: "dbus", mountPath: "/host/var/lib/dbus", readOnly: true },
            { name: "cni-machine-id", mountPath: "/host/etc/machine-id", readOnly: true },
            xtablesLock,
        ],
    };
}

function policyContainer(image: string): kubernetes.types.input.core.v1.Container {
    return {
        name: "weave-npc",
        env: [nodeName],
        image,
        // The image's entry point hands its arguments on to weave-npc, which reads no variable for this one.
        args: ["--metrics-addr=127.0.0.1:6781"],
        resources: { requests: { cpu: "50m" } },
        securityContext: { privileged: true },
        volumeMounts: [xtablesLock],
    };
}
