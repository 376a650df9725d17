import * as pulumi from "@pulumi/pulumi";
import { KubeadmCluster } from "./cluster";

/**
 * For the program of versions before 0.2, which was the cluster itself: what the cluster is made of had no parent, and no
 * name in front of its own. What those parts are made of takes its former names after theirs.
 * @param name of the cluster
 */
export function formerNames(name: string): pulumi.ResourceTransformation {
    return ({ name: own, props, opts }) => {
        if (!own.startsWith(`${name}-`) || !(opts.parent instanceof KubeadmCluster)) return undefined;
        const former = { name: own.slice(name.length + 1), parent: pulumi.rootStackResource };
        return { props, opts: pulumi.mergeOptions(opts, { aliases: [former] }) };
    };
}
