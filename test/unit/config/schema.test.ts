import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { parse } from "yaml";
import { z } from "zod";
import { stackSchema } from "../../../components/config/json-schema";
import { validateConfig } from "../../../components/config";
import { projectFile } from "../../../components/config/project-file";
import { configReference } from "../../../components/config/reference";
import { GENERATED } from "../../../components/config/schema-command";
import { raw } from "./cluster";

const project = join(__dirname, "..", "..", "..");
const read = (file: string) => readFileSync(join(project, file), "utf8");

describe("what is made of the schema is current; after a change of it: npm run schema", () => {
    for (const [file, content] of Object.entries(GENERATED)) {
        test(file, () => assert.equal(read(file), content()));
    }
});

test("the engine's defaults in Pulumi.yaml change nothing: a stack that names only nodes has the schema's own", () => {
    const { config } = parse(read("Pulumi.yaml")) as { config: Record<string, { type: string; default?: unknown }> };
    // Without a default, the engine refuses a stack that does not set the key.
    assert.deepEqual(
        Object.keys(config).filter((key) => config[key]?.default === undefined),
        [],
    );
    const defaults = Object.fromEntries(Object.entries(config).map(([key, declared]) => [key, declared.default]));
    const { nodes } = raw();
    const alone = validateConfig({ nodes });
    assert.ok(alone.config);
    assert.deepEqual(validateConfig({ ...defaults, nodes }), alone);
});

test("what a person wrote above the generated part of Pulumi.yaml stays", () => {
    const text = read("Pulumi.yaml");
    assert.equal(projectFile("# by hand\nname: x\n"), `# by hand\nname: x\n${text.slice(text.indexOf("# Made by"))}`);
});

test("every key has a description", () => {
    const rows = configReference()
        .split("\n")
        .filter((line) => line.startsWith("| `"));
    assert.ok(rows.length > 100);
    assert.deepEqual(
        rows.filter((row) => row.endsWith("|  |") || row.endsWith(": |")),
        [],
    );
});

describe("the JSON Schema, as an editor applies it to Pulumi.STACK.yaml", () => {
    const schema = z.fromJSONSchema(stackSchema());
    const refused = (config: Record<string, unknown>, more: object = {}) => {
        const prefixed = Object.entries(config).map(([key, value]) => [`kubeadm-cluster:${key}`, value]);
        return !schema.safeParse({ config: Object.fromEntries(prefixed) as unknown, ...more }).success;
    };

    test("Pulumi.dev.yaml names it, and is accepted", () => {
        const text = read("Pulumi.dev.yaml");
        assert.match(text, /^# yaml-language-server: \$schema=components\/config\/stack\.schema\.json\n/);
        assert.deepEqual(schema.safeParse(parse(text)).error, undefined);
    });

    test("what Pulumi itself writes into the file is accepted", () => {
        assert.equal(refused(raw(), { encryptionsalt: "v1:x", secretsprovider: "passphrase" }), false);
        const other = { config: { "kubeadm-cluster:nodes": raw().nodes, "aws:region": "eu-central-1" } };
        assert.equal(schema.safeParse(other).success, true);
    });

    test("secrets are encrypted, nothing else is", () => {
        assert.equal(refused({ ...raw(), sshPrivateKey: { secure: "v1:x:y" } }), false);
        assert.equal(refused({ ...raw(), sshPrivateKey: "in plain text" }), true);
        assert.equal(refused({ ...raw(), ssh: { user: { secure: "v1:x:y" } } }), true);
    });

    test("misspelt keys, wrong kinds, missing nodes", () => {
        assert.equal(refused(raw()), false);
        assert.equal(refused({}), true);
        assert.equal(refused({ ...raw(), netwrok: {} }), true);
        assert.equal(refused({ ...raw(), kubernetes: { version: 1.32 } }), true);
        assert.equal(refused({ ...raw(), network: { addOn: "weave", backend: "vxlan" } }), true);
        assert.equal(refused({ nodes: [{ name: "master", role: "control-plane" }] }), true);
    });
});
