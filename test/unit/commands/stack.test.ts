import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { stringify } from "yaml";
import { loadStackConfig } from "../../../commands/stack";
import { raw } from "../config/cluster";

const directory = mkdtempSync(join(tmpdir(), "stack-"));
const configFile = join(directory, "Pulumi.some.yaml");
after(() => rmSync(directory, { recursive: true }));

function load(settings: Record<string, unknown>) {
    const config = Object.entries(settings).map(([key, value]) => [`kubeadm-cluster:${key}`, value] as const);
    writeFileSync(configFile, stringify({ config: { ...Object.fromEntries(config), "other:key": 1 } }));
    return loadStackConfig({ stack: "some", configFile });
}

test("the committed example is read without backend, passphrase or Pulumi", () => {
    assert.equal(loadStackConfig({ stack: "dev" }).nodes.length, 3);
});

test("structures stand there as YAML or as JSON text; secrets stay closed", () => {
    const config = load({ ...raw(), network: '{"addOn": "flannel"}', sshPrivateKey: { secure: "v1:abc" } });
    assert.equal(config.network.addOn, "flannel");
    assert.ok(!JSON.stringify(config).includes("v1:abc"));
});

test("problems are told as pulumi up tells them", () => {
    assert.throws(
        () => load({ ...raw(), netwrok: {} }),
        /kubeadm-cluster:netwrok: is not a known key; did you mean network\?/,
    );
});

test("a stack without a file is named", () => {
    assert.throws(() => loadStackConfig({ stack: "prod" }), /Pulumi\.prod\.yaml; is --stack prod the right name/);
});
