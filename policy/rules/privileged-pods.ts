import type { ResourceValidationPolicy } from "@pulumi/policy";
import { containersOf } from "./pod-specs";

/** Where the cluster's own parts live, which set up interfaces and devices of their hosts. */
const NAMESPACES = ["kube-system", "kube-flannel", "rook-ceph"];

/** A privileged container owns its host, and so the cluster. */
export const privilegedPodsStayHome: ResourceValidationPolicy = {
    name: "privileged-pods-stay-home",
    description: "Privileged containers run in the namespaces of the cluster's own parts alone.",
    configSchema: { properties: { namespaces: { type: "array", items: { type: "string" }, default: NAMESPACES } } },
    validateResource: (args, report) => {
        const { type, props } = args;
        const privileged = containersOf(type, props).filter((each) => each.securityContext?.privileged);
        if (privileged.length === 0) return;
        const { namespaces = NAMESPACES } = args.getConfig<{ namespaces?: string[] }>();
        const metadata = props.metadata as { namespace?: string } | undefined;
        const namespace = metadata?.namespace ?? "default";
        if (namespaces.includes(namespace)) return;
        const names = privileged.map(({ name }) => name).join(", ");
        report(`privileged in the namespace ${namespace}: ${names}; allowed in ${namespaces.join(", ")}`);
    },
};
