import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { spreadOverNodes } from "../spread";
import { METRICS_SERVER_IMAGE } from "./images";
import { createMetricsServerRbac } from "./metrics-server-rbac";
import { LABELS, NAME, NAMESPACE } from "./names";

/** Where its Pods listen. */
const PORT = 10250;
/** Where every Pod finds the cluster's certificate authority. */
const AUTHORITY = "/var/run/secrets/kubernetes.io/serviceaccount/ca.crt";

/** Settings of metrics-server. */
export interface MetricsServerArgs {
    /** Number of its Pods; on different nodes, where there are as many. */
    replicas: number;
}

/**
 * metrics-server 0.7.2: CPU and memory of nodes and Pods, for `kubectl top` and HorizontalPodAutoscalers.
 *
 * It verifies every kubelet by the cluster's certificate authority, so it needs kubelets with serving certificates of
 * it (`kubernetes.servingCertificates`). Its own certificate is made at each start and signed by nobody, as in the
 * release: the API server does not verify it.
 */
export class MetricsServer extends pulumi.ComponentResource {
    /** Resolves to the name of the API, `v1beta1.metrics.k8s.io`, once metrics-server has asked the nodes. */
    public readonly api: pulumi.Output<string>;

    /** @param opts dependsOn: the nodes with their serving certificates, for which its Pods wait */
    constructor(name: string, args: MetricsServerArgs, opts?: pulumi.ComponentResourceOptions) {
        super("kubeadm-cluster:metrics:MetricsServer", name, args, opts);
        // Children inherit neither from their parent.
        const childOpts = { parent: this, deletedWith: opts?.deletedWith, dependsOn: opts?.dependsOn };

        const rbac = createMetricsServerRbac(name, childOpts);
        const metadata = { name: NAME, namespace: NAMESPACE, labels: LABELS };
        const deployment = new kubernetes.apps.v1.Deployment(
            `${name}-deployment`,
            { metadata, spec: deploymentSpec(args, rbac.serviceAccount.metadata.name) },
            { ...childOpts, dependsOn: rbac.bindings },
        );
        const service = new kubernetes.core.v1.Service(
            `${name}-service`,
            {
                metadata,
                spec: { selector: LABELS, ports: [{ name: "https", port: 443, protocol: "TCP", targetPort: "https" }] },
            },
            childOpts,
        );
        new kubernetes.policy.v1.PodDisruptionBudget(
            `${name}-disruption-budget`,
            { metadata, spec: { maxUnavailable: 1, selector: { matchLabels: LABELS } } },
            childOpts,
        );
        // An API that nobody serves is in the way of every discovery: made last, and deleted first.
        const api = new kubernetes.apiregistration.v1.APIService(
            `${name}-api`,
            {
                metadata: { name: "v1beta1.metrics.k8s.io", labels: LABELS },
                spec: {
                    service: { name: NAME, namespace: NAMESPACE },
                    group: "metrics.k8s.io",
                    version: "v1beta1",
                    insecureSkipTLSVerify: true,
                    groupPriorityMinimum: 100,
                    versionPriority: 100,
                },
            },
            { ...childOpts, dependsOn: [deployment, service] },
        );
        this.api = api.metadata.name;
        this.registerOutputs({ api: this.api });
    }
}

function deploymentSpec(
    { replicas }: MetricsServerArgs,
    serviceAccountName: pulumi.Input<string>,
): kubernetes.types.input.apps.v1.DeploymentSpec {
    return {
        replicas,
        selector: { matchLabels: LABELS },
        // A new Pod first: without one, nobody knows what to scale by.
        strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
        template: {
            metadata: { labels: LABELS },
            spec: {
                serviceAccountName,
                priorityClassName: "system-cluster-critical",
                nodeSelector: { "kubernetes.io/os": "linux" },
                // As CoreDNS has it: a cluster may have few other nodes.
                tolerations: [{ key: "node-role.kubernetes.io/control-plane", effect: "NoSchedule" }],
                ...spreadOverNodes(LABELS),
                containers: [container(METRICS_SERVER_IMAGE)],
                volumes: [{ name: "tmp", emptyDir: {} }],
            },
        },
    };
}

function container(image: string): kubernetes.types.input.core.v1.Container {
    const probe = (path: string) => ({
        httpGet: { path, port: "https", scheme: "HTTPS" },
        periodSeconds: 5,
        failureThreshold: 6,
    });
    return {
        name: NAME,
        image,
        imagePullPolicy: "IfNotPresent",
        args: [
            "--cert-dir=/tmp",
            `--secure-port=${PORT}`,
            "--kubelet-preferred-address-types=InternalIP,Hostname",
            "--kubelet-use-node-status-port",
            `--kubelet-certificate-authority=${AUTHORITY}`,
            "--metric-resolution=15s",
        ],
        ports: [{ name: "https", containerPort: PORT, protocol: "TCP" }],
        readinessProbe: probe("/readyz"),
        livenessProbe: probe("/livez"),
        resources: { requests: { cpu: "100m", memory: "200Mi" } },
        securityContext: {
            allowPrivilegeEscalation: false,
            capabilities: { drop: ["ALL"] },
            readOnlyRootFilesystem: true,
            runAsNonRoot: true,
            runAsUser: 1000,
            seccompProfile: { type: "RuntimeDefault" },
        },
        volumeMounts: [{ name: "tmp", mountPath: "/tmp" }],
    };
}
