import assert from "node:assert/strict";
import { test } from "node:test";
import { MetricsServer } from "../../../components/addons";
import { register } from "../network/engine-double";

interface Object {
    metadata: { name: string; namespace?: string };
    spec: Record<string, unknown>;
}
interface Deployment {
    spec: {
        replicas: number;
        selector: { matchLabels: object };
        template: {
            metadata: { labels: object };
            spec: {
                containers: { image: string; args: string[]; securityContext: object }[];
                topologySpreadConstraints: { topologyKey: string; labelSelector: { matchLabels: object } }[];
            };
        };
    };
}

const registered = () => register(() => new MetricsServer("metrics", { replicas: 2 }));

test("all objects of the release are made, under its names", async () => {
    const names = (await registered()).manifests().map((each) => {
        const { kind, metadata } = each as unknown as Object & { kind: string };
        return `${kind} ${metadata.name}`;
    });
    assert.deepEqual(names.sort(), [
        "APIService v1beta1.metrics.k8s.io",
        "ClusterRole system:aggregated-metrics-reader",
        "ClusterRole system:metrics-server",
        "ClusterRoleBinding metrics-server:system:auth-delegator",
        "ClusterRoleBinding system:metrics-server",
        "Deployment metrics-server",
        "PodDisruptionBudget metrics-server",
        "RoleBinding metrics-server-auth-reader",
        "Service metrics-server",
        "ServiceAccount metrics-server",
    ]);
});

test("kubelets are verified by the cluster's authority", async () => {
    const { spec } = (await registered()).only("Deployment").inputs as unknown as Deployment;
    const [container] = spec.template.spec.containers;
    assert.equal(container?.image, "registry.k8s.io/metrics-server/metrics-server:v0.7.2");
    const { args } = container;
    assert.ok(!args.some((arg) => arg.includes("insecure")));
    assert.ok(
        args.includes("--kubelet-certificate-authority=/var/run/secrets/kubernetes.io/serviceaccount/ca.crt"),
        args.join(" "),
    );
});

test("Service, budget and spread are about the very Pods of the Deployment; one of them may always go", async () => {
    const all = await registered();
    const { spec } = all.only("Deployment").inputs as unknown as Deployment;
    const { labels } = spec.template.metadata;
    assert.equal(spec.replicas, 2);
    assert.deepEqual(spec.selector.matchLabels, labels);
    assert.deepEqual((all.only("Service").inputs as unknown as Object).spec.selector, labels);
    assert.deepEqual((all.only("PodDisruptionBudget").inputs as unknown as Object).spec, {
        maxUnavailable: 1,
        selector: { matchLabels: labels },
    });
    const [spread] = spec.template.spec.topologySpreadConstraints;
    assert.equal(spread?.topologyKey, "kubernetes.io/hostname");
    assert.deepEqual(spread?.labelSelector.matchLabels, labels);
});
