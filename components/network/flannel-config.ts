import { createHash } from "node:crypto";
import { FlannelArgs } from "./args";

/** The files that Flannel reads, by name: `cni-conf.json` goes to the host, `net-conf.json` to flanneld. */
export type FlannelConfig = Record<"cni-conf.json" | "net-conf.json", string>;

/** The CNI configuration of the release, unchanged. */
const cniConf = {
    name: "cbr0",
    cniVersion: "0.3.1",
    plugins: [
        { type: "flannel", delegate: { hairpinMode: true, isDefaultGateway: true } },
        { type: "portmap", capabilities: { portMappings: true } },
    ],
};

/** Flannel's configuration files for the given settings. Fields left out mean Flannel's own defaults. */
export function flannelConfig(args: FlannelArgs): FlannelConfig {
    const netConf = {
        Network: args.podSubnet,
        EnableNFTables: false,
        Backend: {
            Type: args.backend ?? "vxlan",
            VNI: args.vni,
            Port: args.port,
            MTU: args.mtu,
            DirectRouting: args.directRouting,
        },
    };
    return { "cni-conf.json": json(cniConf), "net-conf.json": json(netConf) };
}

/**
 * The name of the ConfigMap with these contents, such as `kube-flannel-cfg-1f0c9d27ab`.
 *
 * flanneld reads its configuration once, when it starts, so a change has to roll the DaemonSet; and the provider replaces
 * a ConfigMap whose data changes. With the contents in the name, the new ConfigMap exists beside the old one until
 * every Pod has moved over, and a Pod that restarts meanwhile still finds the one it was made for.
 */
export function flannelConfigName(config: FlannelConfig): string {
    const hash = createHash("sha256").update(JSON.stringify(config)).digest("hex");
    return `kube-flannel-cfg-${hash.slice(0, 10)}`;
}

function json(document: object): string {
    return JSON.stringify(document, undefined, 2) + "\n";
}
