import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { stringify } from "yaml";
import { loadStackIdentity, loadStackSecrets } from "../../commands/stack";
import { ensureEngine, Workspace } from "../lab/engine";
import { PassphraseSecrets } from "../lab/secret";
import { cluster } from "../unit/config/cluster";

const directory = mkdtempSync(join(tmpdir(), "stack-secrets-"));
after(() => rmSync(directory, { recursive: true }));

/** The environment of a command that asks the engine's CLI for a stack on this backend. */
async function environment(backend: string, passphrase: string): Promise<NodeJS.ProcessEnv> {
    const { env } = await ensureEngine();
    return { ...env, PULUMI_BACKEND_URL: `file://${backend}`, PULUMI_CONFIG_PASSPHRASE: passphrase };
}

test("a stack's secrets are decrypted for commands; a wrong passphrase is told in Pulumi's words", async () => {
    const program = join(directory, "project");
    mkdirSync(program);
    writeFileSync(join(program, "Pulumi.yaml"), "name: kubeadm-cluster\nruntime: nodejs\n");
    const backend = join(directory, "backend");
    await new Workspace({ program, backend, passphrase: "right", stack: "some" }).init();

    const configFile = join(directory, "Pulumi.some.yaml");
    const secrets = new PassphraseSecrets("right");
    const config = { "kubeadm-cluster:sshPrivateKey": { secure: secrets.encrypt("the key\nof two lines\n") } };
    writeFileSync(configFile, stringify({ encryptionsalt: secrets.salt, config }));
    const load = async (passphrase: string) =>
        loadStackSecrets({ stack: "some", configFile, env: await environment(backend, passphrase) });
    const loaded = await load("right");
    assert.equal(loaded.sshPrivateKey, "the key\nof two lines\n");
    assert.equal(loaded.sshPassword, undefined);
    await assert.rejects(load("wrong"), /the secrets of the stack some cannot be read: .*passphrase/s);
});

test("a stack's identity is its output; before its first up there is none", async () => {
    const program = join(directory, "of-identity");
    mkdirSync(program);
    writeFileSync(join(program, "Pulumi.yaml"), "name: kubeadm-cluster\nruntime: nodejs\n");
    const backend = join(directory, "backend-of-identity");
    const workspace = new Workspace({ program, backend, passphrase: "right", stack: "some" });
    await workspace.init();
    const env = await environment(backend, "right");
    const load = (stack: string) => loadStackIdentity({ stack, env }, cluster());
    assert.equal(await load("some"), undefined);

    const type = "pulumi:pulumi:Stack";
    const urn = `urn:pulumi:some::kubeadm-cluster::${type}::kubeadm-cluster-some`;
    const identity = "11111111-2222-3333-4444-555555555555";
    const resources = [{ urn, type, custom: false, outputs: { endpoint: "https://10.0.0.1:6443", identity } }];
    const { version, deployment } = (await workspace.export()) as unknown as { version: number; deployment: object };
    const text = JSON.stringify({ version, deployment: { ...deployment, resources } });
    await workspace.ok(["stack", "import"], { stdin: text });
    assert.equal(await load("some"), identity);
    await assert.rejects(
        load("other"),
        /the outputs of the stack other cannot be read: .*no stack named 'other' found/s,
    );
});
