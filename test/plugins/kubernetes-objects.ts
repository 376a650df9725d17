import type { Declaration } from "./contract";

const options = { provider: "cluster" };

export const provider = (kubeconfig: unknown, clusterIdentifier = "contract"): Declaration => ({
    type: "kubernetes.Provider",
    name: "cluster",
    args: { kubeconfig, clusterIdentifier },
});

export const configMap = (name: string, data: object, metadata?: object): Declaration => ({
    type: "ConfigMap",
    name,
    args: { metadata, data },
    options,
});

/** An object as it stands in a manifest, by the token of its kind. */
export function object(token: string, name: string, metadata: object, rest: object = {}): Declaration {
    const [, version = "", kind = ""] = token.split(":");
    const apiVersion = version.replace(/^core\//, "");
    return { type: token, name, args: { apiVersion, kind, metadata: { name, ...metadata }, ...rest }, options };
}

export const deployment = (replicas: number, image = "image"): Declaration => ({
    type: "Deployment",
    name: "deployment",
    args: {
        metadata: { name: "deployment" },
        spec: {
            replicas,
            selector: { matchLabels: { app: "test" } },
            template: { metadata: { labels: { app: "test" } }, spec: { containers: [{ name: "main", image }] } },
        },
    },
    options,
});

export const widgetDefinition: Declaration = object(
    "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition",
    "widgets.example.com",
    {},
    {
        spec: {
            group: "example.com",
            scope: "Namespaced",
            names: { plural: "widgets", singular: "widget", kind: "Widget" },
            versions: [
                {
                    name: "v1",
                    served: true,
                    storage: true,
                    schema: { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } },
                },
            ],
        },
    },
);

export const widget = (phase: string): Declaration => ({
    type: "CustomResource",
    name: "widget",
    args: {
        apiVersion: "example.com/v1",
        kind: "Widget",
        metadata: { name: "widget", annotations: { "pulumi.com/waitFor": "jsonpath={.spec.phase}=Ready" } },
        spec: { phase },
    },
    options,
});
