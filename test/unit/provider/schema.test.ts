import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import type { z } from "zod";
import { CLUSTER_TYPE } from "../../../components/cluster-type";
import { descriptionOf } from "../../../components/config/reference";
import { clusterConfigSchema, SECRETS } from "../../../components/config/schema";
import { partsOf } from "../../../components/config/schema-walk";
import { deriveSchema } from "../../../provider/derive-schema";
import { type PackageSchema, type PropertySchema, SCHEMA_FILE } from "../../../provider/schema";

type ConfigSchema = z.core.$ZodType;

const schema = JSON.parse(readFileSync(SCHEMA_FILE, "utf8")) as PackageSchema;
const { inputProperties, requiredInputs, properties } = schema.resources[CLUSTER_TYPE] ?? assert.fail("no component");

/** Where a field of the configuration and the same field of the package differ; `seen` gets every path. */
function differences(path: string, wanted: ConfigSchema, found: PropertySchema | undefined, seen: string[]): string[] {
    seen.push(path);
    if (found === undefined) return [`${path}: is not in the package's schema`];
    const description = descriptionOf(wanted);
    const described = path.endsWith("[]") || path.endsWith(".NAME") || found.description?.startsWith(description);
    return [
        ...(described ? [] : [`${path}: is described by "${found.description}", not by "${description}"`]),
        ...kindDifferences(path, wanted, found, seen),
    ];
}

function kindDifferences(path: string, wanted: ConfigSchema, found: PropertySchema, seen: string[]): string[] {
    const { element, valueType, shape, options } = partsOf(wanted);
    if (element) return differences(`${path}[]`, element, found.items, seen);
    if (valueType) return differences(`${path}.NAME`, valueType, found.additionalProperties, seen);
    const shapes = [shape, ...(options ?? []).map((option) => partsOf(option).shape)].filter(
        (each) => each !== undefined,
    );
    if (shapes.length === 0)
        return found.type || found.$ref === "pulumi.json#/Any" ? [] : [`${path}: is ${found.$ref}, not a plain value`];
    const fields = schema.types[found.$ref?.replace("#/types/", "") ?? ""]?.properties ?? {};
    const keys = Object.assign({}, ...shapes.toReversed()) as Record<string, ConfigSchema>;
    return [
        ...Object.keys(fields)
            .filter((key) => !(key in keys))
            .map((key) => `${path}.${key}: is no key of the configuration`),
        ...Object.entries(keys).flatMap(([key, field]) => differences(`${path}.${key}`, field, fields[key], seen)),
    ];
}

test("Pulumi's analyzer accepts the component; after a change of its arguments: npm run schema", () => {
    assert.deepEqual(deriveSchema(), schema);
});

test("every field of the configuration is an argument in every language, with its description", () => {
    const seen: string[] = [];
    const found = Object.entries(clusterConfigSchema.shape).flatMap(([key, field]) =>
        differences(key, field, inputProperties[key], seen),
    );
    assert.deepEqual(found, []);
    assert.ok(seen.length > 150, `only ${seen.length} fields were compared`);
    assert.deepEqual(
        Object.keys(inputProperties).sort(),
        [...Object.keys(clusterConfigSchema.shape), ...Object.keys(SECRETS)].sort(),
    );
    assert.deepEqual(requiredInputs, ["nodes"]);
});

test("secrets are marked, so that every language keeps them secret; they may come from other resources", () => {
    for (const key of Object.keys(SECRETS)) {
        const { secret, plain, description } = inputProperties[key] ?? {};
        assert.deepEqual({ secret, plain }, { secret: true, plain: undefined }, key);
        assert.match(description ?? "", /Secret\.$/, key);
    }
    assert.equal(properties.kubeconfig?.secret, true);
    assert.equal(schema.types["kubeadm-cluster:index:ClusterStorage"]?.properties?.dashboardPassword?.secret, true);
    assert.equal(properties.endpoint?.secret, undefined);
});

test("what tells hosts apart may come from other resources; what decides which resources there are may not", () => {
    const node = schema.types["kubeadm-cluster:index:NodeArgs"]?.properties ?? {};
    for (const key of ["address", "internalAddress", "hostKey"]) assert.equal(node[key]?.plain, undefined, key);
    for (const key of ["name", "role", "taints"]) assert.equal(node[key]?.plain, true, key);
    assert.equal(inputProperties.nodes?.plain, true);
});
