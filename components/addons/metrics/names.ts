/** Name of every object of metrics-server that is not the release's own. */
export const NAME = "metrics-server";
export const NAMESPACE = "kube-system";
export const LABELS = { "k8s-app": NAME };
