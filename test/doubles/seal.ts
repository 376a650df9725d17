import { execFileSync } from "node:child_process";

/** Encrypts as the scripts' `seal` does. */
export function seal(text: string, key: string): string {
    const options = ["-aes-256-cbc", "-pbkdf2", "-iter", "10000", "-md", "sha256", "-base64", "-A", "-pass", "env:KEY"];
    return execFileSync("openssl", ["enc", ...options], {
        input: text,
        env: { ...process.env, KEY: key },
        encoding: "utf8",
    });
}
