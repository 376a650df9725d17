// Made by `npm run schema` from the schema that checks the configuration; do not edit.

/** What the hosts reach package sources and image registries through. */
export interface ProxyArgs {
    /** Proxy for http addresses. */
    http?: string;
    /** Proxy for https addresses. */
    https?: string;
    /** Reached directly, besides the cluster's own subnets, names and control plane. */
    noProxy?: string[];
}
