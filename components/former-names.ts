import * as pulumi from "@pulumi/pulumi";
import { KubeadmCluster } from "./cluster";

/**
 * Components that versions before 0.2 had: the names of today of what was in them, without the cluster's, in two groups;
 * what the first group was in the component's name, and the component's types.
 */
const FORMER_PARTS: [form: RegExp, part: string, types: string][] = [
    [/^(.+)-(reset|prepare)$/, "$1", "kubeadm-cluster:node:Machine"],
    [
        /^(.+)-worker-token-(digits|admission)$/,
        "$1-worker-token",
        "kubeadm-cluster:node:WorkerNode$kubeadm-cluster:node:JoinToken",
    ],
    [
        /^(.+)-control-plane-token-(digits|admission)$/,
        "$1-control-plane-token",
        "kubeadm-cluster:node:ControlPlaneNode$kubeadm-cluster:node:JoinToken",
    ],
    [/^(.+)-worker-upgrade-(drain|node)$/, "$1-renewal", "kubeadm-cluster:node:WorkerRenewal"],
    [/^(.+)-(?:worker|control-plane)-(taints|settings|ready)$/, "$1-node", "kubeadm-cluster:node:SettledNode"],
];

/** What a resource was called before 0.2, and the component that it was in and that there is no more. */
function inFormerPart(name: string): { name: string; parent: pulumi.Output<string> } | undefined {
    for (const [form, of, types] of FORMER_PARTS) {
        const [, , last] = form.exec(name) ?? [];
        if (last === undefined) continue;
        const part = name.replace(form, of);
        return { name: `${part}-${last}`, parent: pulumi.createUrn(part, types) };
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
        const atTop = opts.parent instanceof KubeadmCluster;
        const former = inFormerPart(own) ?? (atTop ? { name: own, parent: pulumi.rootStackResource } : undefined);
        if (former === undefined) return undefined;
        return { props, opts: pulumi.mergeOptions(opts, { aliases: [former] }) };
    };
}
