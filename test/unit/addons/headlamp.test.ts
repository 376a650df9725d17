import assert from "node:assert/strict";
import { test } from "node:test";
import { Headlamp } from "../../../components/addons";
import { register } from "../network/engine-double";

interface Rule {
    apiGroups: string[];
    resources: string[];
    verbs: string[];
}
interface Binding {
    kind: string;
    roleRef: { name: string };
    subjects: { name: string; namespace: string }[];
}

const registered = () => register(() => new Headlamp("dashboard"));

test("nobody gets more than reading, and no Secret is read", async () => {
    const all = await registered();
    const { rules } = all.only("ClusterRole").inputs as unknown as { rules: Rule[] };
    for (const { verbs, resources, apiGroups } of rules) {
        assert.deepEqual(verbs, ["get", "list", "watch"]);
        assert.ok(!resources.includes("secrets"));
        assert.ok(!resources.includes("*") || !apiGroups.includes(""), "all of the core group would be Secrets, too");
    }
    const bindings = all.manifests().filter(({ kind }) => String(kind).endsWith("Binding")) as unknown as Binding[];
    assert.deepEqual(bindings.map(({ roleRef }) => roleRef.name).sort(), ["headlamp-viewer", "view"]);
    // Headlamp's own account has no rights: it passes on the token of whoever looks.
    for (const { subjects } of bindings)
        assert.deepEqual(subjects, [{ kind: "ServiceAccount", name: "headlamp-viewer", namespace: "headlamp" }]);
});

test("its namespace admits only restricted Pods, and nothing comes in over the network", async () => {
    const all = await registered();
    const { metadata } = all.only("Namespace").inputs as { metadata: { labels: Record<string, string> } };
    assert.equal(metadata.labels["pod-security.kubernetes.io/enforce"], "restricted");
    const { spec } = all.only("NetworkPolicy").inputs as { spec: { policyTypes: string[]; ingress: object[] } };
    assert.deepEqual([spec.policyTypes, spec.ingress], [["Ingress", "Egress"], []]);
});
