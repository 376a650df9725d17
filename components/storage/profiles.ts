import type { Resources } from "../config/storage-schema";

const box = (cpu: string, memory: string, limit?: string): Resources => ({
    requests: { cpu, memory },
    ...(limit === undefined ? {} : { limits: { memory: limit } }),
});

/**
 * Resources of the Ceph daemons and the operator. No CPU limits: a throttled daemon misses heartbeats.
 *
 * production: requests and memory limits of Rook's own chart rook-ceph-cluster, mds and rgw included.
 * small: what let a mon, a mgr, an MDS and an OSD per node run beside everything else on a machine of 2 cores and
 * 4 GB; Ceph takes its cache's size from the OSD's memory limit.
 */
export const PROFILES: Record<"small" | "production", Record<string, Resources>> = {
    small: {
        operator: box("50m", "128Mi", "512Mi"),
        mon: box("100m", "256Mi", "1Gi"),
        mgr: box("100m", "384Mi", "1Gi"),
        osd: box("100m", "512Mi", "2Gi"),
        mds: box("100m", "256Mi", "1Gi"),
        rgw: box("100m", "256Mi", "1Gi"),
        "mgr-sidecar": box("10m", "40Mi", "100Mi"),
        prepareosd: box("50m", "50Mi"),
        crashcollector: box("10m", "32Mi", "64Mi"),
        logcollector: box("10m", "32Mi", "256Mi"),
        exporter: box("10m", "32Mi", "128Mi"),
        cleanup: box("50m", "100Mi", "1Gi"),
    },
    production: {
        operator: box("200m", "128Mi", "512Mi"),
        mon: box("1000m", "1Gi", "2Gi"),
        mgr: box("500m", "512Mi", "1Gi"),
        osd: box("1000m", "4Gi", "4Gi"),
        mds: box("1000m", "4Gi", "4Gi"),
        rgw: box("1000m", "1Gi", "2Gi"),
        "mgr-sidecar": box("100m", "40Mi", "100Mi"),
        prepareosd: box("500m", "50Mi"),
        crashcollector: box("100m", "60Mi", "60Mi"),
        logcollector: box("100m", "100Mi", "1Gi"),
        exporter: box("50m", "50Mi", "128Mi"),
        cleanup: box("500m", "100Mi", "1Gi"),
    },
};

/** Daemons whose resources stand in their own objects, not in the CephCluster. */
const ELSEWHERE = ["operator", "mds", "rgw"];

/** The resources of one daemon: the user's, else the profile's. */
export function daemonResources(
    profile: "small" | "production",
    own: Record<string, Resources>,
    daemon: string,
): Resources | undefined {
    return own[daemon] ?? PROFILES[profile][daemon];
}

/** The field `resources` of a CephCluster. */
export function clusterResources(
    profile: "small" | "production",
    own: Record<string, Resources>,
): Record<string, Resources> {
    const all = { ...PROFILES[profile], ...own };
    return Object.fromEntries(Object.entries(all).filter(([daemon]) => !ELSEWHERE.includes(daemon)));
}
