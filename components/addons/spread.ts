import type * as kubernetes from "@pulumi/kubernetes";

/** Has the Pods with these labels on different nodes, where there are as many; they start in any case. */
export function spreadOverNodes(
    matchLabels: Record<string, string>,
): Pick<kubernetes.types.input.core.v1.PodSpec, "topologySpreadConstraints"> {
    return {
        topologySpreadConstraints: [
            {
                maxSkew: 1,
                topologyKey: "kubernetes.io/hostname",
                whenUnsatisfiable: "ScheduleAnyway",
                labelSelector: { matchLabels },
            },
        ],
    };
}
