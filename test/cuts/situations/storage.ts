import { ceph, devices } from "./inputs";
import { localStore, put } from "./objects";
import { secrets, type Situation } from "./situation";

/** Situations of scripts of storage. */
export const storageSituations: Situation[] = [
    { script: "storage-check.sh", name: "a free device", from: "prepared", inputs: devices, limitSeconds: 120 },
    {
        script: "storage-clean.sh",
        name: "what Ceph has left",
        from: "prepared",
        inputs: devices,
        setup: "echo ceph_bluestore >/sim/signature; mkdir -p /var/lib/rook/mon-a; echo x >/var/lib/rook/mon-a/keyring; touch /var/lib/rook/other /var/lib/rook/.kubeadm-cluster-storage; echo '/dev/sdx /dev/disk/by-id/cuts-disk' >/var/lib/kubeadm-cluster/storage-devices",
        limitSeconds: 900,
    },
    {
        script: "storage-clean.sh",
        name: "without consent",
        from: "prepared",
        inputs: { ...devices, DESTROY_DATA: "false" },
        setup: "mkdir -p /var/lib/rook; touch /var/lib/rook/.kubeadm-cluster-storage; echo '/dev/sdx /dev/disk/by-id/cuts-disk' >/var/lib/kubeadm-cluster/storage-devices",
        limitSeconds: 900,
    },
    {
        script: "storage-ready.sh",
        name: "a cluster that is ready",
        from: "storage",
        inputs: { ...ceph, OSD_COUNT: "1", CEPH_IMAGE: "ceph:19", WAIT_SECONDS: "300", RESTART_SECONDS: "100" },
        limitSeconds: 360,
    },
    {
        script: "storage-ready.sh",
        name: "an OSD that waits for a restart, a destroy that was given up",
        from: "storage",
        inputs: { ...ceph, OSD_COUNT: "2", CEPH_IMAGE: "ceph:19", WAIT_SECONDS: "300", RESTART_SECONDS: "10" },
        setup: `cd ${localStore}
sed -i 's/"cleanupPolicy":{}/"cleanupPolicy":{"confirmation":"yes-really-destroy-data"}/' cephclusters/rook-ceph/rook-ceph.json
mkdir -p ../restarted/rook-ceph-operator/cephclusters/rook-ceph ../restarted/rook-ceph-operator/deployments/rook-ceph
sed 's/"bluestore":1/"bluestore":2/; s/"cleanupPolicy":{.*yes-really-destroy-data"}/"cleanupPolicy":{}/' cephclusters/rook-ceph/rook-ceph.json >../restarted/rook-ceph-operator/cephclusters/rook-ceph/rook-ceph.json
sed 's/rook-ceph-osd-0/rook-ceph-osd-1/' deployments/rook-ceph/rook-ceph-osd-0.json >../restarted/rook-ceph-operator/deployments/rook-ceph/rook-ceph-osd-1.json`,
        limitSeconds: 360,
    },
    {
        script: "storage-report.sh",
        name: "a cluster that is ready",
        from: "storage",
        inputs: { ...ceph, DASHBOARD: "https", TRANSFER_KEY: secrets.transferKey },
        limitSeconds: 180,
    },
    {
        script: "storage-proof.sh",
        name: "two classes",
        from: "storage",
        inputs: {
            ...ceph,
            CLASSES: "block ReadWriteOnce\nfiles ReadWriteMany",
            IMAGE: "ceph:19",
            WRITER_NODE: "worker-1",
            READER_NODE: "worker-2",
        },
        limitSeconds: 900,
    },
    {
        script: "storage-guard.sh",
        name: "a deletion with consent",
        args: ["all"],
        from: "storage",
        inputs: { ...ceph, OPERATOR_MANIFEST: "" },
        limitSeconds: 600,
        ifPresent: true,
    },
    {
        script: "storage-guard.sh",
        name: "volumes of a cluster that is lost, its namespace going",
        args: ["all"],
        from: "storage",
        inputs: { ...ceph, OPERATOR_MANIFEST: "" },
        setup: `rm ${localStore}/deployments/rook-ceph/*.json
${put(localStore, {
    "namespaces/_/rook-ceph":
        '{"kind":"Namespace","metadata":{"name":"rook-ceph","deletionTimestamp":"2026-01-01T00:00:00Z"}}',
    "cephclusters/rook-ceph/rook-ceph":
        '{"kind":"CephCluster","metadata":{"name":"rook-ceph","namespace":"rook-ceph","deletionTimestamp":"2026-01-01T00:00:00Z","finalizers":["cephcluster.ceph.rook.io"]},"spec":{"cleanupPolicy":{"confirmation":"yes-really-destroy-data"}}}',
    "cephblockpools/rook-ceph/block":
        '{"kind":"CephBlockPool","metadata":{"name":"block","namespace":"rook-ceph","deletionTimestamp":"2026-01-01T00:00:00Z","finalizers":["cephblockpool.ceph.rook.io"]}}',
    "secrets/rook-ceph/rook-ceph-mon":
        '{"kind":"Secret","metadata":{"name":"rook-ceph-mon","namespace":"rook-ceph","deletionTimestamp":"2026-01-01T00:00:00Z","finalizers":["ceph.rook.io/disaster-protection"]}}',
    "persistentvolumes/_/pvc-1":
        '{"kind":"PersistentVolume","metadata":{"name":"pvc-1","finalizers":["external-provisioner.volume.kubernetes.io/finalizer"]},"spec":{"csi":{"driver":"rook-ceph.rbd.csi.ceph.com"},"persistentVolumeReclaimPolicy":"Delete","claimRef":{"namespace":"default","name":"data"}},"status":{"phase":"Released"}}',
    "volumeattachments/_/csi-1":
        '{"kind":"VolumeAttachment","metadata":{"name":"csi-1","finalizers":["external-attacher/rook-ceph-rbd-csi-ceph-com"]},"spec":{"attacher":"rook-ceph.rbd.csi.ceph.com","nodeName":"worker-1"}}',
})}`,
        limitSeconds: 600,
        ifPresent: true,
    },
    {
        script: "storage-guard.sh",
        name: "an operator that is gone",
        args: ["all"],
        from: "storage",
        inputs: {
            ...ceph,
            OPERATOR_MANIFEST:
                "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: rook-ceph-operator\n  namespace: rook-ceph\n",
        },
        setup: `rm ${localStore}/deployments/rook-ceph/rook-ceph-operator.json`,
        limitSeconds: 600,
        ifPresent: true,
    },
    {
        script: "storage-confirm.sh",
        name: "a deletion with consent",
        from: "storage",
        inputs: ceph,
        limitSeconds: 600,
        ifPresent: true,
    },
    {
        script: "storage-swept.sh",
        name: "a cluster that is gone",
        from: "storage",
        inputs: ceph,
        setup: `rm ${localStore}/cephclusters/rook-ceph/rook-ceph.json ${localStore}/pods/rook-ceph/osd-0.json; echo worker-1 >/var/lib/kubeadm-cluster/storage-cleanup-hosts`,
        limitSeconds: 900,
        ifPresent: true,
    },
    {
        script: "storage-swept.sh",
        name: "its namespace gone, too",
        from: "master",
        inputs: ceph,
        setup: "echo worker-1 >/var/lib/kubeadm-cluster/storage-cleanup-hosts",
        limitSeconds: 900,
        ifPresent: true,
    },
    {
        script: "toolbox.sh",
        name: "mons that do not move",
        from: "bare",
        command: ["env", "ROOK_CEPH_USERNAME=client.admin", "bash", "/usr/lib/cuts/toolbox.sh"],
        setup: "mkdir -p /etc/rook /etc/ceph /var/lib/rook-ceph-mon; echo a=10.0.0.1:6789 >/etc/rook/mon-endpoints; echo key >/var/lib/rook-ceph-mon/secret.keyring",
        code: 124,
        limitSeconds: 60,
    },
];
