export { Headlamp } from "./dashboard/headlamp";
export { ClusterDns } from "./dns/cluster-dns";
export { MetricsServer, MetricsServerArgs } from "./metrics/metrics-server";
export { takeOver } from "./take-over";
