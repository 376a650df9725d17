import { kubelet, rhelPrepare } from "./inputs";
import { type Situation } from "./situation";

/** What a transaction that was cut off has left of Kubernetes' packages, and of the distribution's. */
const cutOff = `rm /var/lib/kubeadm-cluster/kubernetes-version
echo 1.31.9-150500.1.1 >/var/lib/cuts-packages/kubelet.twice
mkdir -p /sim/rpm-damaged; : >/sim/rpm-damaged/kubectl; : >/sim/rpm-damaged/socat
echo socat >/var/lib/kubeadm-cluster/installing-packages; echo 999999 >/var/lib/dnf/rpmdb_lock.pid
echo x >'/usr/bin/kubelet;0123abcd'; echo x >'/opt/cni/bin/bridge;0123abcd'; : >/var/lib/rpm/damaged`;

/** Hosts of the RHEL family: dnf, rpm and SELinux. */
export const rhelSituations: Situation[] = [
    { script: "prepare.sh", name: "rhel, a bare host", from: "rhel", inputs: rhelPrepare, limitSeconds: 1200 },
    {
        script: "prepare.sh",
        name: "rhel, packages that rpm has by half",
        from: "rhel prepared",
        setup: cutOff,
        inputs: rhelPrepare,
        limitSeconds: 1200,
    },
    {
        script: "renew-node.sh",
        name: "rhel, another version",
        args: ["host-1"],
        from: "rhel worker",
        inputs: { KUBERNETES_VERSION: "v1.32.1", KUBELET_CONFIGURATION: kubelet },
        limitSeconds: 900,
    },
    {
        script: "reset.sh",
        name: "rhel, packages, keys and SELinux",
        from: "rhel prepared",
        setup: cutOff,
        limitSeconds: 600,
        ifPresent: true,
    },
];
