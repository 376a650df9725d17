import * as pulumi from "@pulumi/pulumi";
import { KubeadmCluster } from "./cluster";

/** Components that versions before 0.2 had: names of what was in them, without the cluster's, and their types. */
const FORMER_PARTS: [form: RegExp, types: string][] = [
    [/^(.+)-(reset|prepare)$/, "kubeadm-cluster:node:Machine"],
    [/^(.+-worker-token)-(digits|admission)$/, "kubeadm-cluster:node:WorkerNode$kubeadm-cluster:node:JoinToken"],
    [
        /^(.+-control-plane-token)-(digits|admission)$/,
        "kubeadm-cluster:node:ControlPlaneNode$kubeadm-cluster:node:JoinToken",
    ],
    [/^(.+-renewal)-(drain|node)$/, "kubeadm-cluster:node:WorkerRenewal"],
    [/^(.+-node)-(taints|settings|ready)$/, "kubeadm-cluster:node:SettledNode"],
];

/** The component that a resource was in before 0.2 and that there is no more. */
function formerPart(name: string): pulumi.Output<string> | undefined {
    for (const [form, types] of FORMER_PARTS) {
        const [, part] = form.exec(name) ?? [];
        if (part !== undefined) return pulumi.createUrn(part, types);
    }
    return undefined;
}

/**
 * For the program of versions before 0.2, which was the cluster itself: what the cluster is made of had no parent, and no
 * name in front of its own. What those parts are made of takes its former names after theirs.
 * @param name of the cluster
 */
export function formerNames(name: string): pulumi.ResourceTransformation {
    return ({ name: whole, props, opts }) => {
        if (!whole.startsWith(`${name}-`)) return undefined;
        const own = whole.slice(name.length + 1);
        const part = formerPart(own);
        if (part === undefined && !(opts.parent instanceof KubeadmCluster)) return undefined;
        const former = { name: own, parent: part ?? pulumi.rootStackResource };
        return { props, opts: pulumi.mergeOptions(opts, { aliases: [former] }) };
    };
}
