import { createCipheriv, pbkdf2Sync, randomBytes } from "node:crypto";

/**
 * Encrypts as Pulumi's passphrase provider does (format v1: PBKDF2 with SHA-256 and a million rounds, AES-256-GCM), so that
 * `lab:hosts` can write a whole stack configuration before there is an engine or a stack.
 */
export class PassphraseSecrets {
    /** For `encryptionsalt` in the stack's configuration. */
    public readonly salt: string;
    private readonly key: Buffer;

    public constructor(passphrase: string) {
        const salt = randomBytes(8);
        this.key = pbkdf2Sync(passphrase, salt, 1_000_000, 32, "sha256");
        // The word is how the engine tells a wrong passphrase.
        this.salt = `v1:${salt.toString("base64")}:${this.encrypt("pulumi")}`;
    }

    /** For `secure:` in the stack's configuration. */
    public encrypt(text: string): string {
        const nonce = randomBytes(12);
        const cipher = createCipheriv("aes-256-gcm", this.key, nonce);
        const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]);
        return `v1:${nonce.toString("base64")}:${sealed.toString("base64")}`;
    }
}
