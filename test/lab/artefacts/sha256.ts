import { run } from "../run";

/** A file's SHA-256 in hexadecimal. */
export const sha256 = async (file: string) => (await run("sha256sum", ["--zero", file])).slice(0, 64);
