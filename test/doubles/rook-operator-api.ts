/* eslint-disable @typescript-eslint/no-unsafe-member-access -- controllers look into objects of any kind */
import type { ApiServer } from "../plugins/api-server";

/** An object of any kind. */
export interface Json {
    // eslint-disable-next-line @typescript-eslint/no-explicit-any -- controllers look into objects of any kind
    [field: string]: any;
}

/** What answers requests as an API server's administrator. */
export type Api = Pick<ApiServer, "request">;

/** Where the operator and all that it makes are. */
export const NAMESPACE = "rook-ceph";

const GROUPS: Record<string, string> = {
    pods: "/api/v1",
    nodes: "/api/v1",
    configmaps: "/api/v1",
    secrets: "/api/v1",
    services: "/api/v1",
    persistentvolumes: "/api/v1",
    persistentvolumeclaims: "/api/v1",
    deployments: "/apis/apps/v1",
    jobs: "/apis/batch/v1",
    storageclasses: "/apis/storage.k8s.io/v1",
    volumeattachments: "/apis/storage.k8s.io/v1",
};

/** Short forms of what the double asks of the API server. A failed write is left to the next round, as controllers do. */
export class Objects {
    constructor(private readonly api: Api) {}

    path(resource: string, namespace?: string, name?: string): string {
        const group = GROUPS[resource] ?? "/apis/ceph.rook.io/v1";
        const scope = namespace === undefined ? "" : `/namespaces/${namespace}`;
        return `${group}${scope}/${resource}${name === undefined ? "" : `/${name}`}`;
    }

    /** None where the API server does not know the resource. Any other answer is no list: the round is given up. */
    async list(resource: string, namespace?: string): Promise<Json[]> {
        const { status, body } = await this.api.request("GET", this.path(resource, namespace));
        if (status === 404) return [];
        if (status !== 200) throw new Error(`listing ${resource} was answered with ${status}`);
        return (body as Json).items as Json[];
    }

    async get(resource: string, namespace: string | undefined, name: string): Promise<Json | undefined> {
        const { status, body } = await this.api.request("GET", this.path(resource, namespace, name));
        return status === 200 ? body : undefined;
    }

    /** Makes an object unless it is there. */
    async create(resource: string, namespace: string | undefined, body: Json): Promise<Json> {
        return (await this.api.request("POST", this.path(resource, namespace), body)).body;
    }

    /** Merges into an object, or into its status. */
    async patch(
        resource: string,
        namespace: string | undefined,
        name: string,
        body: Json,
        status = false,
    ): Promise<number> {
        const path = this.path(resource, namespace, name) + (status ? "/status" : "");
        return (await this.api.request("PATCH", path, body, "application/merge-patch+json")).status;
    }

    /** Deletes; `now` = without the grace that a kubelet would use. */
    async remove(resource: string, namespace: string | undefined, name: string, now = false): Promise<void> {
        const options = now ? "gracePeriodSeconds=0" : "propagationPolicy=Background";
        await this.api.request("DELETE", `${this.path(resource, namespace, name)}?${options}`);
    }

    /** Binds a Pod to a node, as the scheduler does. */
    async bind(namespace: string, pod: string, node: string): Promise<void> {
        await this.api.request("POST", `${this.path("pods", namespace, pod)}/binding`, {
            apiVersion: "v1",
            kind: "Binding",
            metadata: { name: pod },
            target: { kind: "Node", name: node },
        });
    }
}

/** Whether an object is being deleted. */
export const deleting = (object: Json): boolean => object.metadata.deletionTimestamp !== undefined;

/** An object's finalizers. */
export const finalizers = (object: Json): string[] => (object.metadata.finalizers as string[] | undefined) ?? [];
