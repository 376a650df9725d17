/** The namespace of everything of Rook; the release's RBAC objects and the CSI drivers' names are bound to it. */
export const NAMESPACE = "rook-ceph";
/** Name of the CephCluster. */
export const CLUSTER = "rook-ceph";
/** Name of the CephBlockPool. */
export const BLOCK_POOL = "replicapool";
/** Name of the CephFilesystem. */
export const FILESYSTEM = "myfs";
/** Name of the CephObjectStore. */
export const OBJECT_STORE = "my-store";
/** Names of the StorageClasses. */
export const STORAGE_CLASSES = { block: "rook-ceph-block", filesystem: "rook-cephfs", bucket: "rook-ceph-bucket" };
/** Names of the CSI drivers; the operator puts its namespace in front. */
export const DRIVERS = { rbd: `${NAMESPACE}.rbd.csi.ceph.com`, cephfs: `${NAMESPACE}.cephfs.csi.ceph.com` };
