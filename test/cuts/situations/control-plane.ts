import { documents, encrypting, init, joinMaster, otherSettings, refusedFlag, refusedSetting } from "./inputs";
import { asNode, localStore, otherMember } from "./objects";
import { secrets, type Situation } from "./situation";

const state = "/var/lib/kubeadm-cluster";

/** Situations of scripts that make and change a node of the control plane, and its etcd. */
export const controlPlaneSituations: Situation[] = [
    { script: "init.sh", name: "a new cluster", from: "prepared", inputs: init, limitSeconds: 900 },
    {
        script: "init.sh",
        name: "a living control plane",
        args: ["verify"],
        from: "master",
        inputs: init,
        limitSeconds: 300,
    },
    {
        script: "init.sh",
        name: "beside another one",
        args: ["join"],
        from: "admitted",
        inputs: joinMaster,
        setup: otherMember,
        limitSeconds: 900,
    },
    {
        script: "init.sh",
        name: "a living control plane without approvals, its last change cut off",
        args: ["verify"],
        from: "master",
        setup: `mkdir -p ${state}/manifests-kept
for component in etcd kube-apiserver kube-controller-manager kube-scheduler; do
    cp /etc/kubernetes/manifests/$component.yaml ${state}/manifests-kept/
    : >${state}/manifests-kept/$component.pod
done`,
        inputs: { ...init, SERVING_CERTIFICATES: "false" },
        limitSeconds: 300,
    },
    {
        script: "init.sh",
        name: "a join without its last mark",
        args: ["join"],
        from: "second master",
        setup: `rm ${state}/initialised`,
        inputs: joinMaster,
        limitSeconds: 900,
    },
    {
        script: "init.sh",
        name: "a join that was cut off, its member left",
        args: ["join"],
        makesAnew: asNode,
        from: "second master",
        setup: `rm ${state}/initialised /sim/cluster/nodes/_/host-1.json /etc/kubernetes/manifests/etcd.yaml`,
        inputs: joinMaster,
        limitSeconds: 900,
    },
    {
        script: "init.sh",
        name: "a node that was taken out and admitted again",
        args: ["join"],
        makesAnew: asNode,
        from: "second master",
        setup: "rm /sim/cluster/nodes/_/host-1.json",
        inputs: joinMaster,
        limitSeconds: 900,
    },
    {
        script: "reconfigure.sh",
        name: "another encryption key",
        from: "a key that is wanted",
        // Marks of what the API server has read go before it is restarted.
        makesAnew: /\/encryption\/(loaded|rewritten)$/,
        inputs: documents(encrypting),
        limitSeconds: 2400,
    },
    {
        script: "reconfigure.sh",
        name: "an encryption key of before",
        from: "encrypted master",
        setup: `sed -i 's/name: key-.*/name: stack/' ${state}/api-server/encryption.yaml; rm -r ${state}/encryption ${state}/init-configuration.yaml`,
        inputs: documents(encrypting),
        limitSeconds: 2400,
    },
    {
        script: "reconfigure.sh",
        name: "a flag that is refused",
        from: "master",
        inputs: documents(refusedFlag),
        code: 1,
        // What the double of the API server writes before it ends; a full disk takes it.
        mayStay: /^\/var\/log\/pods\//,
        limitSeconds: 2400,
    },
    {
        script: "reconfigure.sh",
        name: "settings that the kubelet refuses",
        from: "master",
        inputs: documents("", refusedSetting, "v1.32.0", "metricsBindAddress: 0.0.0.0\n"),
        code: 1,
        // It ends by itself until it has its former settings again.
        makesAnew: /^\/sim\/units\/active\/kubelet$/,
        limitSeconds: 2400,
    },
    {
        script: "reconfigure.sh",
        name: "other settings",
        from: "master",
        inputs: documents(otherSettings, "maxPods: 99\n", "v1.32.0", "metricsBindAddress: 0.0.0.0\n"),
        limitSeconds: 2400,
    },
    {
        script: "reconfigure.sh",
        name: "another version",
        from: "master",
        bySecond: true,
        inputs: documents("", "", "v1.32.1"),
        limitSeconds: 2400,
    },
    {
        script: "renew-certificates.sh",
        name: "certificates that are due",
        from: "master",
        inputs: { NODE_NAME: "host-1", RENEW_BEFORE_DAYS: "30", ISSUED_AFTER: "", TRANSFER_KEY: secrets.transferKey },
        limitSeconds: 600,
    },
    {
        script: "renew-certificates.sh",
        name: "a renewal that was cut off",
        from: "master",
        inputs: { NODE_NAME: "host-1", RENEW_BEFORE_DAYS: "3", ISSUED_AFTER: "", TRANSFER_KEY: secrets.transferKey },
        setup: `mkdir ${state}/certificates-before; cp -a /etc/kubernetes/pki /etc/kubernetes/*.conf ${state}/certificates-before/
echo x >/etc/kubernetes/pki/apiserver.crt; : >/etc/kubernetes/admin.conf; : >${state}/certificates-renewed`,
        limitSeconds: 600,
    },
    {
        script: "read-kubeconfig.sh",
        name: "a control plane",
        from: "master",
        inputs: { TRANSFER_KEY: secrets.transferKey },
        limitSeconds: 60,
    },
    { script: "etcd-snapshot.sh", name: "a control plane", from: "master", bySecond: true, limitSeconds: 300 },
    {
        script: "etcd-snapshot.sh",
        name: "to standard output, the image gone",
        args: ["-"],
        from: "master",
        setup: "sed -i /etcd/d /sim/images",
        limitSeconds: 300,
    },
    {
        script: "etcd-snapshot.sh",
        name: "to a file elsewhere",
        args: ["/root/backup/cluster.db"],
        from: "master",
        limitSeconds: 300,
    },
    {
        script: "etcd-restore.sh",
        bySecond: true,
        name: "a snapshot by standard input",
        // In the place of the shell: what ends the step ends the script, and waits for it.
        command: ["bash", "-c", "exec /opt/kubeadm-cluster/etcd-restore.sh - < <(base64 </root/saved.db)"],
        from: "master",
        setup: `tar -C /var/lib/etcd/member -cf /root/saved.db .\nrm ${localStore}/nodes/_/worker-2.json`,
        limitSeconds: 900,
    },
    {
        script: "etcd-restore.sh",
        bySecond: true,
        name: "a restore that was cut off between its moves",
        args: ["/root/saved.db"],
        from: "master",
        setup: `tar -C /var/lib/etcd/member -cf /root/saved.db .
mkdir -p ${state}/etcd-restore/manifests ${state}/etcd-before-20260101T000000Z; mv /etc/kubernetes/manifests/*.yaml ${state}/etcd-restore/manifests/
mv /var/lib/etcd/member ${state}/etcd-before-20260101T000000Z/; echo ${state}/etcd-before-20260101T000000Z >${state}/etcd-restore/kept`,
        limitSeconds: 900,
    },
    {
        script: "etcd-restore.sh",
        bySecond: true,
        name: "etcd on another disk",
        args: ["/root/saved.db"],
        from: "master",
        setup: `tar -C /var/lib/etcd/member -cf /root/saved.db .\nrm ${localStore}/nodes/_/worker-2.json; mkdir /sim/etcd-disk; cp -a /var/lib/etcd/member /sim/etcd-disk/; rm -r /var/lib/etcd/member`,
        limitSeconds: 900,
    },
    {
        script: "etcd-restore.sh",
        bySecond: true,
        name: "a snapshot",
        args: ["/var/lib/kubeadm-cluster/saved.db"],
        from: "master",
        setup: `tar -C /var/lib/etcd/member -cf /var/lib/kubeadm-cluster/saved.db .\nrm ${localStore}/nodes/_/worker-2.json`,
        limitSeconds: 900,
    },
];
