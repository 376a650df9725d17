export { MetricsServer, MetricsServerArgs } from "./metrics-server";
