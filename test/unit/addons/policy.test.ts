import assert from "node:assert/strict";
import { test } from "node:test";
import type { ResourceValidationArgs } from "@pulumi/policy";
import { ClusterDns, Headlamp, MetricsServer } from "../../../components/addons";
import { rules } from "../../../policy/rules";
import { register } from "../network/engine-double";

test("the policy pack has nothing against any object of the add-ons", async () => {
    const { all } = await register(() => {
        new ClusterDns("dns");
        new MetricsServer("metrics", { replicas: 2 });
        new Headlamp("dashboard");
    });
    const images = all.filter(({ shown }) => shown.includes('"image":'));
    assert.equal(images.length, 2);
    for (const { type, name, inputs } of all) {
        for (const rule of rules) {
            const args = { type, name, props: inputs, getConfig: () => ({}) } as unknown as ResourceValidationArgs;
            const { validateResource } = rule;
            assert.ok(typeof validateResource === "function");
            void validateResource(args, (message) => assert.fail(`${rule.name}: ${name}: ${message}`));
        }
    }
});
