import * as pulumi from "@pulumi/pulumi";

/** An object of any kind, as in a manifest. */
export interface KubernetesDocument {
    apiVersion: string;
    kind: string;
    metadata: {
        name: string;
        namespace?: string;
        labels?: Record<string, string>;
        annotations?: Record<string, string>;
    };
    [field: string]: unknown;
}

/**
 * The annotation for objects whose operator takes them down by the daemons that they own. Deleted in the foreground, which
 * is the provider's way, they would lose their daemons to the garbage collector first.
 */
export const BACKGROUND = { "pulumi.com/deletionPropagationPolicy": "background" };

/** The provider's type token of a kind; the core group, which has no name in manifests, is called core there. */
export function typeToken(document: { apiVersion: string; kind: string }): string {
    const group = document.apiVersion.includes("/") ? document.apiVersion : `core/${document.apiVersion}`;
    return `kubernetes:${group}:${document.kind}`;
}

/**
 * An object given as a whole document. The SDK's own CustomResource refuses kinds of the core group, and its YAML
 * helpers want a cluster at preview; this takes any kind and previews without one.
 */
export class KubernetesObject extends pulumi.CustomResource {
    /** The object's metadata, as the cluster has it. */
    public readonly metadata!: pulumi.Output<KubernetesDocument["metadata"]>;

    constructor(name: string, document: KubernetesDocument, opts: pulumi.CustomResourceOptions) {
        super(typeToken(document), name, document, opts);
    }
}

/** A stable name for the resource of a document: kind and name are unique within one release's manifests. */
export function resourceName(prefix: string, document: KubernetesDocument): string {
    return `${prefix}-${document.kind.toLowerCase()}-${document.metadata.name}`;
}
