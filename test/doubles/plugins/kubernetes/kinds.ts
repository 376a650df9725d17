import { ApiError, type Api } from "./api";

/** Where the API server keeps the objects of a kind. */
export interface Kind {
    plural: string;
    namespaced: boolean;
    /** e.g. /apis/apps/v1 */
    base: string;
}

/** Seconds between looks for a kind that may be about to be defined; in all about half a minute. */
const WAITS = [1, 2, 4, 8, 16];

export class UnknownKindError extends Error {}

interface ResourceList {
    resources: { name: string; kind: string; namespaced: boolean }[];
}

/** Learns from the API server which kinds there are. */
export class Kinds {
    private readonly known = new Map<string, Promise<Map<string, Kind>>>();

    constructor(private readonly api: Api) {}

    /** Waits a while for a kind that does not exist, unless told not to: its definition may just have been made. */
    async find(apiVersion: string, kind: string, wait = true): Promise<Kind> {
        for (const seconds of wait ? [...WAITS, 0] : [0]) {
            const found = (await this.list(apiVersion)).get(kind);
            if (found !== undefined) return found;
            this.known.delete(apiVersion);
            if (seconds > 0) await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
        }
        throw new UnknownKindError(`no matches for kind "${kind}" in version "${apiVersion}"`);
    }

    private list(apiVersion: string): Promise<Map<string, Kind>> {
        let list = this.known.get(apiVersion);
        if (list === undefined) {
            list = this.discover(apiVersion);
            this.known.set(apiVersion, list);
            list.catch(() => this.known.delete(apiVersion));
        }
        return list;
    }

    private async discover(apiVersion: string): Promise<Map<string, Kind>> {
        const base = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
        try {
            const { resources } = await this.api.request<ResourceList>({ method: "GET", path: base });
            return new Map(
                resources
                    .filter(({ name }) => !name.includes("/"))
                    .map(({ name, kind, namespaced }) => [kind, { plural: name, namespaced, base }]),
            );
        } catch (error) {
            if (error instanceof ApiError && error.status === 404) return new Map();
            throw error;
        }
    }
}
