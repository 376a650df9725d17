import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { stringify } from "yaml";
import { loadStackSecrets } from "../../commands/stack";
import { Workspace } from "../../lab/engine";
import { PassphraseSecrets } from "../../lab/secret";

const directory = mkdtempSync(join(tmpdir(), "stack-secrets-"));
after(() => rmSync(directory, { recursive: true }));

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
    const load = (passphrase: string) =>
        loadStackSecrets({
            stack: "some",
            configFile,
            env: { PULUMI_BACKEND_URL: `file://${backend}`, PULUMI_CONFIG_PASSPHRASE: passphrase },
        });
    const loaded = await load("right");
    assert.equal(loaded.sshPrivateKey, "the key\nof two lines\n");
    assert.equal(loaded.sshPassword, undefined);
    await assert.rejects(load("wrong"), /the secrets of the stack some cannot be read: .*passphrase/s);
});
