import { ceph, devices } from "./inputs";
import { localStore } from "./objects";
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
        script: "storage-ready.sh",
        name: "a cluster that is ready",
        from: "storage",
        inputs: { ...ceph, OSD_COUNT: "1", CEPH_IMAGE: "ceph:19", WAIT_SECONDS: "300", RESTART_SECONDS: "100" },
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
        script: "toolbox.sh",
        name: "mons that do not move",
        from: "bare",
        command: ["env", "ROOK_CEPH_USERNAME=client.admin", "bash", "/usr/lib/cuts/toolbox.sh"],
        setup: "mkdir -p /etc/rook /etc/ceph /var/lib/rook-ceph-mon; echo a=10.0.0.1:6789 >/etc/rook/mon-endpoints; echo key >/var/lib/rook-ceph-mon/secret.keyring",
        code: 124,
        limitSeconds: 60,
    },
];
