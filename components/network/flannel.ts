import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { FlannelArgs } from "./args";
import { flannelConfig, flannelConfigName } from "./flannel-config";
import { flannelDaemonSetSpec } from "./flannel-daemon-set";
import { createFlannelRbac } from "./flannel-rbac";
import { refuse } from "../config/problem";
import { validateFlannel } from "./validate";

const TYPE = "kubeadm-cluster:network:Flannel";

/**
 * Flannel 0.26.7 as the cluster's network: the objects of the release manifest, with the settings applied. It knows no
 * NetworkPolicy and no encryption.
 *
 * Hosts need UDP 8472 (or `port`) between each other for `vxlan`, a common layer 2 network for `host-gw`, and the CNI
 * plug-ins `bridge`, `host-local`, `portmap` and `loopback`; every Node needs a `podCIDR`, which kubeadm sees to.
 *
 * What its Pods leave on a host, for whoever cleans it:
 * - interfaces `flannel.1` (`flannel.VNI`; not with `host-gw`), `cni0` and the Pods' `veth*`; with `host-gw`,
 *   routes to the other hosts' Pods, which outlive the interfaces;
 * - `/run/flannel`, `/etc/cni/net.d/10-flannel.conflist`, `/opt/cni/bin/flannel`, `/var/lib/cni/flannel` and
 *   `/var/lib/cni/networks/cbr0`;
 * - iptables chains `FLANNEL-POSTRTG` (nat) and `FLANNEL-FWD` (filter), with the rules that jump to them.
 *
 * A change of the backend on a running cluster interrupts the traffic between hosts until all of them have it.
 */
export class Flannel extends pulumi.ComponentResource {
    /** Resolves to `namespace/name` of the DaemonSet once all its Pods are available; unknown in a preview of it. */
    public readonly ready: pulumi.Output<string>;
    /** Name of the DaemonSet. */
    public readonly daemonSetName: pulumi.Output<string>;
    /** Namespace of the DaemonSet. */
    public readonly namespace: pulumi.Output<string>;

    /** @throws pulumi.RunError when an argument is not valid */
    constructor(name: string, args: FlannelArgs, opts?: pulumi.ComponentResourceOptions) {
        refuse(`Flannel ${name}`, validateFlannel(args));
        super(TYPE, name, args, opts);
        // Children do not inherit deletedWith from their parent.
        const childOpts = { parent: this, deletedWith: opts?.deletedWith };

        const namespace = new kubernetes.core.v1.Namespace(
            `${name}-namespace`,
            {
                metadata: {
                    name: "kube-flannel",
                    labels: { "k8s-app": "flannel", "pod-security.kubernetes.io/enforce": "privileged" },
                },
            },
            childOpts,
        ).metadata.name;
        const rbac = createFlannelRbac(name, namespace, childOpts);
        const labels = { tier: "node", "k8s-app": "flannel", app: "flannel" };
        const config = flannelConfig(args);
        const configMap = new kubernetes.core.v1.ConfigMap(
            `${name}-config`,
            { metadata: { name: flannelConfigName(config), namespace, labels }, data: config },
            childOpts,
        );
        const daemonSet = new kubernetes.apps.v1.DaemonSet(
            `${name}-daemon-set`,
            {
                metadata: { name: "kube-flannel-ds", namespace, labels },
                spec: flannelDaemonSetSpec(args, {
                    serviceAccountName: rbac.serviceAccount.metadata.name,
                    configMapName: configMap.metadata.name,
                }),
            },
            { ...childOpts, dependsOn: rbac.binding },
        );

        this.ready = daemonSet.id;
        this.daemonSetName = daemonSet.metadata.name;
        this.namespace = daemonSet.metadata.namespace;
        this.registerOutputs({ ready: this.ready, daemonSetName: this.daemonSetName, namespace: this.namespace });
    }
}
