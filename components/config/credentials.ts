// Up to the last "@": a password that was not encoded may hold any character.
const IN_ADDRESS = /:\/\/.*@/g;
// The same without a scheme; the digest of an image is none.
const BEFORE_HOST = /[^\s"@/:]+:(?!\/\/)[^\s"@]+@(?!sha256:)/g;

/** A text as a message may show it: without the user and the password of an address. */
export function withoutCredentials(text: string): string {
    return text.replace(IN_ADDRESS, "://...@").replace(BEFORE_HOST, "...@");
}
