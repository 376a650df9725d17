import { loadKubeConfig } from "./kubeconfig";
import { changes } from "../protocol/difference";
import type { Difference } from "../protocol/provider";
import { containsUnknown, equal, revealAll, type Properties, type Value } from "../protocol/values";

/** The provider's own settings, with the names that the kubernetes package gives them. */
export interface Settings {
    /** Content of a kubeconfig or the path of one; undefined: found as kubectl does. */
    kubeconfig?: string;
    context?: string;
    cluster?: string;
    /** Namespace of objects that name none. Default "default". */
    namespace: string;
    /** Treat objects as deleted when the cluster cannot be reached. */
    deleteUnreachable: boolean;
    enablePatchForce: boolean;
    /** Change the data of a ConfigMap (Secret) in place instead of making another object. */
    enableConfigMapMutable: boolean;
    enableSecretMutable: boolean;
    /** Take over an object that exists already instead of failing. */
    upsertExistingObjects: boolean;
}

/** Settings other than strings travel as JSON. */
const isTrue = (value: Value | undefined, variable: string): boolean =>
    value === true || value === "true" || ((value ?? null) === null && process.env[variable] === "true");

const text = (value: Value | undefined): string | undefined =>
    typeof value === "string" && value !== "" ? value : undefined;

export function readSettings(inputs: Properties): Settings {
    const plain = revealAll(inputs);
    return {
        kubeconfig: text(plain.kubeconfig),
        context: text(plain.context),
        cluster: text(plain.cluster),
        namespace: text(plain.namespace) ?? "default",
        deleteUnreachable: isTrue(plain.deleteUnreachable, "PULUMI_K8S_DELETE_UNREACHABLE"),
        enablePatchForce: isTrue(plain.enablePatchForce, "PULUMI_K8S_ENABLE_PATCH_FORCE"),
        enableConfigMapMutable: isTrue(plain.enableConfigMapMutable, "PULUMI_K8S_ENABLE_CONFIGMAP_MUTABLE"),
        enableSecretMutable: isTrue(plain.enableSecretMutable, "PULUMI_K8S_ENABLE_SECRET_MUTABLE"),
        upsertExistingObjects: isTrue(plain.upsertExistingObjects, "PULUMI_K8S_UPSERT_EXISTING_OBJECTS"),
    };
}

/** Which cluster a kubeconfig leads to; undefined when it cannot be told. */
async function clusterOf(properties: Properties): Promise<Value | undefined> {
    if (containsUnknown(properties)) return undefined;
    try {
        const config = await loadKubeConfig(readSettings(properties));
        return (config.getCurrentCluster() ?? undefined) as unknown as Value;
    } catch {
        return undefined;
    }
}

/**
 * A provider for another cluster is another provider, and everything made through it is made again. Which cluster it
 * is says `clusterIdentifier`; without one it is judged by the kubeconfig, where one that is not known yet counts as
 * another cluster.
 */
export async function diffSettings(olds: Properties, news: Properties): Promise<Difference> {
    const all = changes(olds, news);
    const identified = (olds.clusterIdentifier ?? news.clusterIdentifier ?? null) !== null;
    if (identified) {
        return { changes: all.map((change) => ({ ...change, replaces: change.path === "clusterIdentifier" })) };
    }
    const selecting = new Set(["kubeconfig", "context", "cluster"]);
    if (!all.some(({ path }) => selecting.has(path))) return { changes: all };
    const [before, after] = [await clusterOf(olds), await clusterOf(news)];
    const other = before === undefined || after === undefined || !equal(before, after);
    return { changes: all.map((change) => ({ ...change, replaces: other && selecting.has(change.path) })) };
}
