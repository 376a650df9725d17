import assert from "node:assert/strict";
import { createDecipheriv, pbkdf2Sync } from "node:crypto";
import { test } from "node:test";
import { PassphraseSecrets } from "../../lab/secret";

function open(sealed: string, passphrase: string, salt: string): string {
    const [version, nonce = "", text = ""] = sealed.split(":");
    assert.equal(version, "v1");
    const key = pbkdf2Sync(passphrase, Buffer.from(salt, "base64"), 1_000_000, 32, "sha256");
    const bytes = Buffer.from(text, "base64");
    const decipher = createDecipheriv("aes-256-gcm", key, Buffer.from(nonce, "base64"));
    decipher.setAuthTag(bytes.subarray(-16));
    return decipher.update(bytes.subarray(0, -16), undefined, "utf8") + decipher.final("utf8");
}

test("a secret opens with the passphrase and not without; the same text never looks the same", () => {
    const secrets = new PassphraseSecrets("correct horse");
    const [, salt = "", ...check] = secrets.salt.split(":");
    const sealed = secrets.encrypt("PRIVATE KEY");
    assert.equal(open(sealed, "correct horse", salt), "PRIVATE KEY");
    assert.equal(open(check.join(":"), "correct horse", salt), "pulumi");
    assert.notEqual(secrets.encrypt("PRIVATE KEY"), sealed);
    assert.throws(() => open(sealed, "wrong horse", salt));
});
