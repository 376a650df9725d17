import * as pulumi from "@pulumi/pulumi";

/** What every network add-on needs to know. */
export interface PodNetworkArgs {
    /**
     * The addresses of all Pods of the cluster: one IPv4 range in CIDR form, such as `10.244.0.0/16`.
     * The same range that kubeadm was given as `networking.podSubnet`. It cannot be changed on a living cluster.
     */
    podSubnet: string;
}

/** Settings of Weave Net 2.8.1. */
export interface WeaveNetArgs extends PodNetworkArgs {
    /**
     * Secret. Encrypts the traffic between hosts (NaCl for control and sleeve, ESP for the fast datapath).
     * At least 9 characters, the length at which Weave's manual sees the 50 bits of entropy it asks for.
     * Default: none, traffic is not encrypted.
     *
     * A changed password is rolled out host by host; until the last host has it, hosts with the old one and hosts with
     * the new one do not reach each other's Pods.
     */
    password?: pulumi.Input<string>;
    /**
     * MTU of the Pods' interfaces in bytes, 576 to 9001. Default: Weave's own 1376, which fits every cloud with
     * encryption switched on; on a host whose interface with the Node's own address carries less than 1460, that less 84.
     * The hosts' MTU less 84 gets more out of a network known to carry it.
     * Pods that are running keep the MTU they started with.
     */
    mtu?: number;
    /** Soft limit on the connections of one peer to others. Default: Weave's own 200; at least the number of hosts. */
    connLimit?: number;
    /**
     * Whether a Service with `externalTrafficPolicy: Local` sees the client's own address.
     * Default: true, as in the release.
     */
    noMasqLocal?: boolean;
    /**
     * What stands in front of `/weave-kube:2.8.1` and `/weave-npc:2.8.1`, such as `registry.example.com/weaveworks`.
     * Default: `weaveworks`, on Docker Hub. A mirror configured in containerd needs nothing here.
     */
    imageRegistry?: string;
    /** Digests the images are pinned to: `sha256:` and 64 hexadecimal digits. Default: by tag alone. */
    digests?: {
        /** Digest of `weave-kube`. */
        kube?: string;
        /** Digest of `weave-npc`. */
        npc?: string;
    };
}

/** Settings of Flannel 0.26.7. */
export interface FlannelArgs extends PodNetworkArgs {
    /**
     * How Pods of different hosts reach each other. Default: `vxlan`, which works wherever hosts reach each other over
     * UDP. `host-gw` writes plain routes: faster, but every host must be in the same layer 2 network.
     */
    backend?: "vxlan" | "host-gw";
    /**
     * Name of the network interface that carries the Pods' traffic, such as `eth1`; every host must have it.
     * Default: on each host the interface with the Node's own address (`status.hostIP`).
     */
    interface?: string;
    /**
     * MTU of the hosts' network in bytes, 576 to 9001, from which Flannel takes VXLAN's 50 bytes itself.
     * Default: that of the interface in use. Only for `vxlan`.
     */
    mtu?: number;
    /** VXLAN network identifier, 1 to 16777215; the interface is called `flannel.VNI`. Default: 1. Only for `vxlan`. */
    vni?: number;
    /** UDP port of VXLAN. Default: the kernel's 8472. Only for `vxlan`. */
    port?: number;
    /** Whether hosts in the same subnet use plain routes and the others VXLAN. Default: false. Only for `vxlan`. */
    directRouting?: boolean;
    /**
     * What stands in front of `/flannel:v0.26.7` and `/flannel-cni-plugin:v1.6.2-flannel1`.
     * Default: `ghcr.io/flannel-io`. A mirror configured in containerd needs nothing here.
     */
    imageRegistry?: string;
    /** Digests the images are pinned to: `sha256:` and 64 hexadecimal digits. Default: by tag alone. */
    digests?: {
        /** Digest of `flannel`. */
        flannel?: string;
        /** Digest of `flannel-cni-plugin`. */
        cniPlugin?: string;
    };
}

/** The network add-on of a cluster and its settings; `none` leaves it to the user to bring one. */
export type NetworkAddOnArgs =
    ({ addOn: "weave" } & WeaveNetArgs) | ({ addOn: "flannel" } & FlannelArgs) | ({ addOn: "none" } & PodNetworkArgs);
