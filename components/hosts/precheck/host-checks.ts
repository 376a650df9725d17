import * as fs from "node:fs";
import * as path from "node:path";
import { nodeAddress, NodeConfig } from "../../config";
import { etcdInputs } from "../../control-plane/etcd-directory";
import type { PlainInputsOf } from "../../remote";
import type { MachineConfig } from "../machine-config";
import { proxySettings } from "../proxy";
import { joinsOthers, openLines, openPorts } from "./open-ports";
import { cardOf, resolverOf } from "./host-network";
import { kernelParts, names, ports, sources } from "./wanted";

const COMPONENTS = path.join(__dirname, "..", "..");
/** What the checks share with other steps: how inputs are read, what is known of devices. */
const SHARED = [
    "hosts/scripts/inputs.sh",
    "hosts/scripts/swap-units.sh",
    "hosts/scripts/cloud-init-hosts.sh",
    "storage/scripts/storage-devices.sh",
    "storage/scripts/storage-data.sh",
];
const OWN = "hosts/precheck/scripts";
const MAIN = "precheck.sh";

/**
 * The checks of one host as the text of a program for `bash -s`, in one piece: it runs without leaving a file on the
 * host. Its inputs follow it on standard input, see hostCheckInputs.
 */
export function hostChecks(): string {
    // Nobody reads it on a host, and each host's step has it in the state, twice: lines of comments stay here.
    const read = (file: string) => fs.readFileSync(path.join(COMPONENTS, file), "utf8").replace(/^[ \t]*#.*\n/gm, "");
    const parts = fs
        .readdirSync(path.join(COMPONENTS, OWN))
        .filter((file) => file.endsWith(".sh") && file !== MAIN)
        .sort();
    const functions = [...SHARED, ...parts.map((part) => `${OWN}/${part}`)].map(read);
    // bash reads a brace group whole before it runs it: what follows on standard input stays data.
    return `#!/usr/bin/env bash\n${functions.join("")}{\n${read(`${OWN}/${MAIN}`)}exit 0\n}\n`;
}

const lines = (texts: string[]) => texts.join("\n");
const word = (text: string) => text.replaceAll(" ", "_");

/**
 * What the checks must know of the configuration, by the names that precheck.sh lists at its top.
 * @param proxyCredentials USER:PASSWORD for the configuration's proxy. Secret: what is made of it is, too.
 */
export function hostCheckInputs(
    config: MachineConfig,
    node: NodeConfig,
    proxyCredentials?: string,
): Omit<PlainInputsOf<"precheck.sh">, "PRECHECK_MODE"> {
    const { containerRuntime, kubernetes, mirrors, network, storage } = config;
    const proxy = proxySettings(config, node, proxyCredentials);
    const storageNode = storage.addOn === "rook" ? storage.nodes.find(({ name }) => name === node.name) : undefined;
    return {
        NODE_NAME: node.name,
        NODE_IP: nodeAddress(node),
        NODE_ROLE: node.role,
        KUBERNETES_VERSION: kubernetes.version,
        INSTALL: node.install ?? kubernetes.install,
        CNI_PLUGINS_VERSION: mirrors.cniPluginsVersion,
        CONTAINERD_VERSION: containerRuntime.source === "archive" ? containerRuntime.version : "",
        RUNC_VERSION: containerRuntime.runcVersion,
        HTTP_PROXY_URL: proxy.http,
        HTTPS_PROXY_URL: proxy.https,
        NO_PROXY_LIST: proxy.noProxy.join(","),
        NETWORK: network.addOn,
        KEEP_SWAP: String(kubernetes.kubelet.failSwapOn === false),
        KEEP_CGROUP_V1: String(kubernetes.kubelet.failCgroupV1 === false),
        ...(kubernetes.selinux === "unchanged" && { KEEP_SELINUX: "true" }),
        KERNEL_PARTS: lines(
            kernelParts(config).map(({ severity, purpose, modules }) =>
                [severity, word(purpose), ...Object.entries(modules).map(([name, option]) => `${name}=${option}`)].join(
                    " ",
                ),
            ),
        ),
        PORTS: lines(ports(config, node).map(({ protocol, number, what }) => `${protocol} ${number} ${what}`)),
        NAMES: lines(names(config)),
        SOURCES: lines(
            sources(config, node).map(({ severity, what, setting, kind, addresses }) =>
                [severity, what, setting, kind, ...addresses].join(" "),
            ),
        ),
        DEVICES: lines((storageNode?.devices ?? []).map(({ path }) => path)),
        DATA_DIR: storage.addOn === "rook" ? storage.ceph.dataDir : "",
        ...(node.role === "control-plane" && etcdInputs(kubernetes)),
        POD_SUBNET: kubernetes.podSubnet,
        SERVICE_SUBNET: kubernetes.serviceSubnet,
        OPEN: openLines(openPorts(config, node, joinsOthers(config, node))),
        RESOLV_CONF: resolverOf(config),
        ...cardOf(config),
    };
}
