import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { WeaveNetArgs } from "./args";
import { refuse } from "../config/problem";
import { passwordProblems, validateWeaveNet } from "./validate";
import { PASSWORD_KEY, weaveDaemonSetSpec } from "./weave-net-daemon-set";
import { createWeaveRbac, WEAVE_NAME, WEAVE_NAMESPACE } from "./weave-net-rbac";

const TYPE = "kubeadm-cluster:network:WeaveNet";

/**
 * Weave Net 2.8.1 as the cluster's network: the objects of the release manifest, with metrics on localhost only, the
 * call home switched off and addresses from the cluster's own Pod range.
 *
 * Hosts need TCP and UDP 6783 and UDP 6784 between each other, and the CNI plug-ins `portmap` and `loopback`.
 *
 * What its Pods leave on a host, for whoever cleans it:
 * - interfaces `weave`, `vethwe-*`, `vethwepl*`, `vxlan-6784` and the Open vSwitch datapath `datapath`, which
 *   `ip link` cannot delete but `/opt/cni/bin/weave-plugin-2.8.1 delete-datapath datapath` can;
 * - `/var/lib/weave`, `/etc/cni/net.d/10-weave.conflist`, `/opt/cni/bin/weave-{net,ipam,plugin-2.8.1}`;
 * - iptables chains `WEAVE*` in nat, filter and mangle, with the rules that jump to them, name the bridge or guard
 *   port 6784;
 * - ipsets `weave-*` and `weaver-no-masq-local`;
 * - with a password, IPsec states and policies (`ip xfrm`).
 *
 * The objects it makes are named as in the release, except the password's Secret, whose name Pulumi chooses.
 * Weave's own ConfigMap `kube-system/weave-net` holds the list of peers and belongs to Weave, not to this component.
 */
export class WeaveNet extends pulumi.ComponentResource {
    /** Resolves to `namespace/name` of the DaemonSet once all its Pods are available; unknown in a preview of it. */
    public readonly ready: pulumi.Output<string>;
    /** Name of the DaemonSet. */
    public readonly daemonSetName: pulumi.Output<string>;
    /** Namespace of the DaemonSet. */
    public readonly namespace: pulumi.Output<string>;

    /** @throws pulumi.RunError when an argument is not valid */
    constructor(name: string, args: WeaveNetArgs, opts?: pulumi.ComponentResourceOptions) {
        refuse(`Weave Net ${name}`, validateWeaveNet(args));
        // The engine records a component's arguments: the password must be secret before it is handed over.
        const password = args.password === undefined ? undefined : pulumi.secret(args.password);
        super(TYPE, name, { ...args, password }, opts);
        // Children do not inherit deletedWith from their parent.
        const childOpts = { parent: this, deletedWith: opts?.deletedWith };

        const rbac = createWeaveRbac(name, childOpts);
        const secret = password && createPasswordSecret(name, password, childOpts);
        const daemonSet = new kubernetes.apps.v1.DaemonSet(
            `${name}-daemon-set`,
            {
                metadata: { name: WEAVE_NAME, labels: { name: WEAVE_NAME }, namespace: WEAVE_NAMESPACE },
                spec: weaveDaemonSetSpec(args, {
                    serviceAccountName: rbac.serviceAccount.metadata.name,
                    passwordSecretName: secret?.metadata.name,
                }),
            },
            { ...childOpts, dependsOn: rbac.bindings },
        );

        this.ready = daemonSet.id;
        this.daemonSetName = daemonSet.metadata.name;
        this.namespace = daemonSet.metadata.namespace;
        this.registerOutputs({ ready: this.ready, daemonSetName: this.daemonSetName, namespace: this.namespace });
    }
}

/**
 * Without a fixed name, a changed password becomes a new Secret under a new name: the DaemonSet refers to that one and
 * is rolled, and the old Secret stays until the last Pod that reads it is gone.
 */
function createPasswordSecret(
    name: string,
    password: pulumi.Output<string>,
    opts: pulumi.CustomResourceOptions,
): kubernetes.core.v1.Secret {
    const checked = password.apply((text) => {
        refuse(`Weave Net ${name}`, passwordProblems(text));
        return text;
    });
    return new kubernetes.core.v1.Secret(
        `${name}-password`,
        {
            metadata: { labels: { name: WEAVE_NAME }, namespace: WEAVE_NAMESPACE },
            type: "Opaque",
            stringData: { [PASSWORD_KEY]: checked },
        },
        // What the API server makes of stringData comes back as data, in plain base64.
        { ...opts, additionalSecretOutputs: ["data", "stringData"] },
    );
}
