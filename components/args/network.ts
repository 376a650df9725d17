// Made by `npm run schema` from the schema that checks the configuration; do not edit.

/** Digests the images are pinned to. Default: by tag alone. */
export interface NetworkDigestsArgs {
    /** Digest of weave-kube. */
    kube?: string;
    /** Digest of weave-npc. */
    npc?: string;
}

/** The pod network. Default: Weave Net. */
export interface NetworkArgs {
    /** weave, flannel, or none: bring your own; nodes are then not awaited. */
    addOn: string;
    /** Whether up shows that Pods of different nodes reach each other, cluster DNS and the API server, and the API server each kubelet. Not for none. Default: true. */
    connectivityTest?: boolean;
    /** Network interface of every host that carries the Pods' traffic, such as eth1. Default: the one with the node's own address. */
    interface?: string;
    /** host-gw needs every host in one layer 2 network. Default: vxlan. */
    backend?: string;
    /** MTU of the Pods' interfaces, 576 to 9001. Default: Weave's own, 1376, or less where the card with the node's address carries less. */
    mtu?: number;
    /** VXLAN network identifier, 1 to 16777215. Default: 1. */
    vni?: number;
    /** UDP port of VXLAN. Default: 8472. */
    port?: number;
    /** Plain routes between hosts of one subnet, VXLAN to others. Default: false. */
    directRouting?: boolean;
    /** What stands in front of /weave-kube:2.8.1. Default: weaveworks. */
    imageRegistry?: string;
    /** Digests the images are pinned to. Default: by tag alone. */
    digests?: NetworkDigestsArgs;
    /** Soft limit on the connections of one peer. Default: Weave's own, 200; at least the number of hosts. */
    connLimit?: number;
    /** Whether a Service with externalTrafficPolicy Local sees the client's own address. Default: true. */
    noMasqLocal?: boolean;
}
