import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { createViewer } from "./headlamp-viewer";
import { HEADLAMP_IMAGE } from "./images";
import { LABELS, NAME } from "./names";

const PORT = 4466;
/** Where API servers listen, by their Service's address and by their own. */
const API_PORTS = [443, 6443];

/**
 * Headlamp 0.43.0, the web interface of Kubernetes' SIG UI, in a namespace of its own and reached by
 * `kubectl port-forward` alone. It has no rights of its own: everybody sees what their token may see. The service
 * account `headlamp-viewer` may read objects of Kubernetes' own kinds, but no Secrets.
 */
export class Headlamp extends pulumi.ComponentResource {
    /** Name of the service account whose tokens open it read-only; its namespace is `headlamp`. */
    public readonly viewer: pulumi.Output<string>;

    constructor(name: string, opts?: pulumi.ComponentResourceOptions) {
        super("kubeadm-cluster:dashboard:Headlamp", name, {}, opts);
        // Children inherit neither from their parent.
        const childOpts = { parent: this, deletedWith: opts?.deletedWith, dependsOn: opts?.dependsOn };

        const namespace = new kubernetes.core.v1.Namespace(
            `${name}-namespace`,
            { metadata: { name: NAME, labels: { ...LABELS, "pod-security.kubernetes.io/enforce": "restricted" } } },
            childOpts,
        ).metadata.name;
        const metadata = { name: NAME, namespace, labels: LABELS };
        const viewer = createViewer(name, namespace, childOpts);
        const account = new kubernetes.core.v1.ServiceAccount(`${name}-service-account`, { metadata }, childOpts);
        new kubernetes.networking.v1.NetworkPolicy(
            `${name}-network-policy`,
            { metadata, spec: networkPolicySpec() },
            childOpts,
        );
        new kubernetes.apps.v1.Deployment(
            `${name}-deployment`,
            { metadata, spec: deploymentSpec(account.metadata.name) },
            childOpts,
        );
        new kubernetes.core.v1.Service(
            `${name}-service`,
            { metadata, spec: { selector: LABELS, ports: [{ name: "http", port: 80, targetPort: "http" }] } },
            childOpts,
        );
        this.viewer = viewer.metadata.name;
        this.registerOutputs({ viewer: this.viewer });
    }
}

/** Nothing comes in but by the kubelet, which forwards ports; out go questions to DNS and the API server. */
function networkPolicySpec(): kubernetes.types.input.networking.v1.NetworkPolicySpec {
    const dns = ["UDP", "TCP"].map((protocol) => ({ port: 53, protocol }));
    return {
        podSelector: { matchLabels: LABELS },
        policyTypes: ["Ingress", "Egress"],
        ingress: [],
        egress: [{ ports: [...dns, ...API_PORTS.map((port) => ({ port, protocol: "TCP" }))] }],
    };
}

function deploymentSpec(serviceAccountName: pulumi.Input<string>): kubernetes.types.input.apps.v1.DeploymentSpec {
    const probe = { httpGet: { path: "/", port: "http" }, periodSeconds: 10, failureThreshold: 6 };
    return {
        replicas: 1,
        selector: { matchLabels: LABELS },
        template: {
            metadata: { labels: LABELS },
            spec: {
                serviceAccountName,
                nodeSelector: { "kubernetes.io/os": "linux" },
                securityContext: {
                    runAsNonRoot: true,
                    runAsUser: 100,
                    runAsGroup: 101,
                    seccompProfile: { type: "RuntimeDefault" },
                },
                containers: [
                    {
                        name: NAME,
                        image: HEADLAMP_IMAGE,
                        args: ["-in-cluster", "-plugins-dir=/headlamp/plugins"],
                        ports: [{ name: "http", containerPort: PORT, protocol: "TCP" }],
                        readinessProbe: probe,
                        livenessProbe: probe,
                        resources: { requests: { cpu: "50m", memory: "128Mi" } },
                        securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
                    },
                ],
            },
        },
    };
}
