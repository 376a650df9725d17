import type { KubernetesDocument } from "../../components/storage/kubernetes-object";
import type { ApiServer } from "../plugins/api-server";

interface Kinds {
    resources: { name: string; kind: string; namespaced: boolean }[];
}

/** What an API server has against objects in a dry run with strict validation, one line each; nothing is changed. */
export async function refusals(api: ApiServer, objects: KubernetesDocument[]): Promise<string[]> {
    const found: string[] = [];
    const known = new Map<string, Kinds>();
    for (const object of objects) {
        const { apiVersion, kind, metadata } = object;
        const group = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
        const kinds = known.get(group) ?? ((await api.request("GET", group)).body as Kinds);
        known.set(group, kinds);
        const resource = kinds.resources.find((one) => one.kind === kind && !one.name.includes("/"));
        const scope = resource?.namespaced ? `/namespaces/${metadata.namespace ?? "default"}` : "";
        const path = `${group}${scope}/${resource?.name ?? kind}/${metadata.name}`;
        const query = "dryRun=All&fieldValidation=Strict&fieldManager=strict&force=true";
        const answer = await api.request("PATCH", `${path}?${query}`, object, "application/apply-patch+yaml");
        if (answer.status >= 300)
            found.push(`${kind}/${metadata.name}: ${(answer.body as { message?: string }).message}`);
    }
    return found;
}
