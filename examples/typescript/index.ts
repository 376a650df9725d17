import * as pulumi from "@pulumi/pulumi";
import { KubeadmCluster } from "kubeadm-cluster";

const cluster = new KubeadmCluster("cluster", {
    sshPrivateKey: new pulumi.Config().requireSecret("sshPrivateKey"),
    // hostKey, too: what /etc/ssh/ssh_host_ed25519_key.pub says on the host.
    nodes: [
        { name: "master", role: "control-plane", address: "192.168.33.10" },
        { name: "worker-1", role: "worker", address: "192.168.33.11" },
        { name: "worker-2", role: "worker", address: "192.168.33.12" },
    ],
    kubernetes: { version: "1.32.0" },
    network: { addOn: "weave" },
    storage: { addOn: "rook", deviceFilter: "^sdb$", nodes: [{ name: "worker-1" }, { name: "worker-2" }] },
});

export const { kubeconfig, endpoint } = cluster;
