import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { brotliDecompressSync } from "node:zlib";
import type { StackExport } from "../../lab/engine";
import { upstream } from "../../upstream";

/** The directory with Rook's manifests, and what stands for it in a recording. */
export const rookRelease = upstream("rook-1.16.1");
export const ROOK_RELEASE = "ROOK_RELEASE";

/** What a release has left behind of one stack; the engine has encrypted the secrets in both. */
export interface Recording {
    /** Its Pulumi.STACK.yaml. */
    config: string;
    /** What `pulumi stack export` says. */
    state: StackExport;
}

const ENDING = ".json.br";

/** The recordings by release and stack. */
export function recordings(): Record<string, Record<string, Recording>> {
    const files = readdirSync(__dirname).filter((name) => name.endsWith(ENDING));
    return Object.fromEntries(
        files.map((name) => {
            const text = brotliDecompressSync(readFileSync(join(__dirname, name))).toString();
            return [name.slice(0, -ENDING.length), JSON.parse(text) as Record<string, Recording>];
        }),
    );
}
