import lock from "./manifests.lock.json";

/** The files of a Rook release that the program uses, in the order in which they are applied. */
export const MANIFEST_FILES = ["crds.yaml", "common.yaml", "operator.yaml"] as const;
/** One of them. */
export type ManifestFile = (typeof MANIFEST_FILES)[number];
/** SHA-256 of each file of one release, in hexadecimal. */
export type LockEntry = Record<ManifestFile, string>;

const entries: Record<string, LockEntry | undefined> = lock;

/** The versions whose manifests are pinned. */
export function lockedVersions(): string[] {
    return Object.keys(entries);
}

/** The checksums of a version; undefined where none are pinned. */
export function lockEntry(version: string): LockEntry | undefined {
    return entries[version];
}

/** Whether the manifests are to be fetched, instead of read from a directory. */
export function isAddress(source: string): boolean {
    return /^https?:\/\//.test(source);
}

/** Where a release's manifests are published. */
export function releaseAddress(version: string): string {
    return `https://raw.githubusercontent.com/rook/rook/${version}/deploy/examples`;
}
