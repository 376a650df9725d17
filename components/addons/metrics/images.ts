/** The release of metrics-server whose objects are made: for Kubernetes 1.27 and later. */
export const METRICS_SERVER_VERSION = "v0.7.2";

/** The image of metrics-server. */
export const METRICS_SERVER_IMAGE = `registry.k8s.io/metrics-server/metrics-server:${METRICS_SERVER_VERSION}`;
