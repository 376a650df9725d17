import * as pulumi from "@pulumi/pulumi";
import { KubernetesDocument, KubernetesObject, resourceName } from "./kubernetes-object";
import type { Manifests } from "./manifests";
import { operatorDocuments } from "./operator-settings";
import type { StoragePlan } from "../config/storage-plan";
import type { RookConfig } from "../config/storage-schema";

/** Arguments of RookOperator. */
export interface RookOperatorArgs {
    /** The storage's settings. */
    storage: RookConfig;
    /** What follows from them and the nodes. */
    plan: StoragePlan;
    /** The release's documents. */
    manifests: Manifests;
    /** What must be there before the first object: Ready nodes. */
    after: pulumi.Resource[];
}

/** Rook's CRDs, RBAC and operator: the release's documents, with the settings applied, each a resource of its own. */
export class RookOperator extends pulumi.ComponentResource {
    /** The operator's Deployment, known once it is available. */
    public readonly deployment: KubernetesObject;
    /** All of it but the CRDs, as one JSON document: what a teardown needs that finds the operator gone. */
    public readonly rescueManifest: string;

    constructor(name: string, args: RookOperatorArgs, opts?: pulumi.ComponentResourceOptions) {
        super("kubeadm-cluster:storage:RookOperator", name, {}, opts);
        const make = (document: KubernetesDocument, more: pulumi.CustomResourceOptions) =>
            new KubernetesObject(resourceName(name, document), document, { parent: this, ...more });

        const crds = args.manifests["crds.yaml"].map((crd) => make(crd, { dependsOn: args.after }));
        const common = args.manifests["common.yaml"];
        const isNamespace = (document: KubernetesDocument) => document.kind === "Namespace";
        // The namespace goes before the CRDs: what is left in it would lose its definition, and hang for ever.
        const namespaces = common.filter(isNamespace).map((document) => make(document, { dependsOn: crds }));
        const [namespace] = namespaces;
        const inNamespace = (document: KubernetesDocument): pulumi.CustomResourceOptions =>
            document.metadata.namespace === undefined ? {} : { deletedWith: namespace };
        const rbac = common
            .filter((document) => !isNamespace(document))
            .map((document) => make(document, { dependsOn: namespaces, ...inNamespace(document) }));

        const documents = operatorDocuments(args.manifests, args.storage, args.plan);
        const wait = { create: `${args.storage.waitSeconds}s`, update: `${args.storage.waitSeconds}s` };
        const isDeployment = (document: KubernetesDocument) => document.kind === "Deployment";
        const settings = documents
            .filter((document) => !isDeployment(document))
            .map((document) => make(document, { dependsOn: namespaces, ...inNamespace(document) }));
        const [deployment] = documents
            .filter(isDeployment)
            .map((document) => make(document, { dependsOn: [...rbac, ...settings], customTimeouts: wait }));
        if (deployment === undefined) {
            throw new pulumi.RunError(`operator.yaml of Rook ${args.storage.version} has no Deployment`);
        }
        this.deployment = deployment;
        this.rescueManifest = JSON.stringify({ apiVersion: "v1", kind: "List", items: [...common, ...documents] });
        this.registerOutputs({});
    }
}
