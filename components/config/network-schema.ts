import { z } from "zod";
import { port } from "./fields";

const digest = z.string();
const mtu = z.int().optional();
const imageRegistry = z.string().optional();
const connectivityTest = z
    .boolean()
    .default(true)
    .describe(
        "Whether up shows that Pods of different nodes reach each other, cluster DNS and the API server, and the API server each kubelet. Not for none.",
    );

/** The pod network and its settings. */
export const network = z.discriminatedUnion("addOn", [
    z.strictObject({
        addOn: z.literal("weave").describe("weave, flannel, or none: bring your own; nodes are then not awaited."),
        connectivityTest,
        mtu: mtu.describe(
            "MTU of the Pods' interfaces, 576 to 9001. Default: Weave's own, 1376, or less where the card with the node's address carries less.",
        ),
        connLimit: z
            .int()
            .optional()
            .describe(
                "Soft limit on the connections of one peer. Default: Weave's own, 200; at least the number of hosts.",
            ),
        noMasqLocal: z
            .boolean()
            .optional()
            .describe(
                "Whether a Service with externalTrafficPolicy Local sees the client's own address. Default: true.",
            ),
        imageRegistry: imageRegistry.describe("What stands in front of /weave-kube:2.8.1. Default: weaveworks."),
        digests: z
            .strictObject({
                kube: digest.optional().describe("Digest of weave-kube."),
                npc: digest.optional().describe("Digest of weave-npc."),
            })
            .optional()
            .describe("Digests the images are pinned to. Default: by tag alone."),
    }),
    z.strictObject({
        addOn: z.literal("flannel"),
        connectivityTest,
        interface: z
            .string()
            .optional()
            .describe(
                "Network interface of every host that carries the Pods' traffic, such as eth1. Default: the one with the node's own address.",
            ),
        backend: z
            .enum(["vxlan", "host-gw"])
            .optional()
            .describe("host-gw needs every host in one layer 2 network. Default: vxlan."),
        mtu: mtu.describe(
            "MTU of the hosts' network, 576 to 9001. Default: that of the interface with the node's own address.",
        ),
        vni: z.int().optional().describe("VXLAN network identifier, 1 to 16777215. Default: 1."),
        port: port.optional().describe("UDP port of VXLAN. Default: 8472."),
        directRouting: z
            .boolean()
            .optional()
            .describe("Plain routes between hosts of one subnet, VXLAN to others. Default: false."),
        imageRegistry: imageRegistry.describe("What stands in front of /flannel:v0.26.7. Default: ghcr.io/flannel-io."),
        digests: z
            .strictObject({
                flannel: digest.optional().describe("Digest of flannel."),
                cniPlugin: digest.optional().describe("Digest of flannel-cni-plugin."),
            })
            .optional()
            .describe("Digests the images are pinned to. Default: by tag alone."),
    }),
    z.strictObject({ addOn: z.literal("none") }),
]);
