import pulumi
from pulumi_kubeadm_cluster import KubeadmCluster

cluster = KubeadmCluster(
    "cluster",
    ssh_private_key=pulumi.Config().require_secret("sshPrivateKey"),
    # host_key, too: what /etc/ssh/ssh_host_ed25519_key.pub says on the host.
    nodes=[
        {"name": "master", "role": "control-plane", "address": "192.168.33.10"},
        {"name": "worker-1", "role": "worker", "address": "192.168.33.11"},
        {"name": "worker-2", "role": "worker", "address": "192.168.33.12"},
    ],
    kubernetes={"version": "1.32.0"},
    network={"add_on": "weave"},
    storage={
        "add_on": "rook",
        "device_filter": "^sdb$",
        "nodes": [{"name": "worker-1"}, {"name": "worker-2"}],
    },
)
pulumi.export("kubeconfig", cluster.kubeconfig)
pulumi.export("endpoint", cluster.endpoint)
