import * as crypto from "node:crypto";
import * as pulumi from "@pulumi/pulumi";

const SALT = { start: "Salted__".length, end: 16 };
const ITERATIONS = 10_000;

/**
 * Opens what `openssl enc -aes-256-cbc -pbkdf2 -iter 10000 -md sha256 -base64 -A` sealed: read-kubeconfig.sh does so
 * because the provider prints all output of a command that fails, and a session can break behind the last byte.
 *
 * @param sealed base64 of "Salted__", 8 bytes of salt and the ciphertext
 * @throws pulumi.RunError when the text is not of this form or the key is another one
 */
export function decrypt(sealed: string, key: string): string {
    const bytes = Buffer.from(sealed.trim(), "base64");
    if (bytes.subarray(0, SALT.start).toString() !== "Salted__") {
        throw new pulumi.RunError(
            "the control plane's answer to read-kubeconfig.sh is not in the expected form; run pulumi up again",
        );
    }
    const derived = crypto.pbkdf2Sync(key, bytes.subarray(SALT.start, SALT.end), ITERATIONS, 48, "sha256");
    const cipher = crypto.createDecipheriv("aes-256-cbc", derived.subarray(0, 32), derived.subarray(32));
    return Buffer.concat([cipher.update(bytes.subarray(SALT.end)), cipher.final()]).toString("utf8");
}
