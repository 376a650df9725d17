/** Kubernetes minor versions that Rook 1.16 supports, by its documentation. */
export const KUBERNETES_MINORS = { first: 27, last: 32 };

/** Ceph releases that Rook 1.16 knows, as major.minor: Reef and Squid. */
export const CEPH_RELEASES = ["18.2", "19.2"];

/** The release and the whole version in a Ceph image's tag; undefined where the tag tells none. */
export function cephVersion(image: string): { release: string; version: string } | undefined {
    const match = /:v?(\d+)\.(\d+)\.(\d+)(?:[-_].*)?(?:@sha256:[0-9a-f]{64})?$/.exec(image);
    return match === null
        ? undefined
        : { release: `${match[1]}.${match[2]}`, version: `${match[1]}.${match[2]}.${match[3]}` };
}
