// Made by `npm run schema` from the schema that checks the configuration; do not edit.

/** CPU and memory of nodes and Pods, for kubectl top and autoscalers. */
export interface MetricsArgs {
    /** metrics-server needs kubernetes.servingCertificates. One of: none, metrics-server. Default: none. */
    addOn?: string;
    /** Number of its Pods, on different nodes where there are as many. Default: 2. */
    replicas?: number;
}
