import type { ResourceValidationPolicy } from "@pulumi/policy";

/** Without one, a kubeconfig that changes may replace the provider and with it every object in the cluster. */
export const providerHasClusterIdentifier: ResourceValidationPolicy = {
    name: "provider-has-cluster-identifier",
    description: "Every Kubernetes provider names its cluster by clusterIdentifier.",
    validateResource: ({ type, name, props }, report) => {
        if (type !== "pulumi:providers:kubernetes" || props.clusterIdentifier) return;
        const advice = name.startsWith("default")
            ? "is the default one, of the kubeconfig that happens to be there: give the objects a provider of their own"
            : "has no clusterIdentifier: set it to a name that stays";
        report(`the Kubernetes provider ${name} ${advice}`);
    },
};
