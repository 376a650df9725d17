import * as pulumi from "@pulumi/pulumi";
import { nodeAddress, NodeConfig, pinnedSums } from "../config";
import { hostCheckInputs, hostChecks } from "./precheck";
import { HostConnection, packScripts, PlainInputsOf, RemoteScript } from "../remote";
import { controlPlaneNodes, Endpoint, otherControlPlaneAddresses } from "../control-plane/kubeadm-config";
import type { Repair } from "../repair";
import { MachineConfig } from "./machine-config";
import { CONTROL_PLANE_SCRIPTS, NODE_SCRIPTS, STORAGE_SCRIPTS } from "./script-directories";
import { announceSlowHost } from "./slow-host";

/** Arguments of Machine. */
export interface MachineArgs extends MachineConfig {
    /** The host as configured. */
    node: NodeConfig;
    /** How the host is reached. May hold secrets. */
    connection: HostConnection;
    /** USER:PASSWORD for the configuration's proxy. Secret. */
    proxyCredentials?: pulumi.Input<string>;
    /** What the control plane's nodes know each other by, where they share a virtual address: 8 characters. Secret. */
    vipPassword?: pulumi.Input<string>;
    /** What has to hold before a host is changed: nothing is prepared when it rejects. */
    possible?: Promise<void>;
    /** The control plane endpoint. */
    endpoint: Endpoint;
    /** Why everything on the host is looked at again. Default: nobody asks. */
    repair?: Repair;
    /** What is there before anything is done on the host, and as long as it is not reset. Default: nothing. */
    dependsOn?: pulumi.ResourceOptions["dependsOn"];
}

/** What the installer runs. */
type PrepareScript = "precheck.sh" | "prepare.sh";

/** A Linux host made ready for kubeadm: container runtime, binaries, kernel settings. Its deletion gives the host back. */
export class Machine {
    /** Undoes on deletion what all other steps did on the host. */
    public readonly reset: RemoteScript;
    /** Installs scripts and programs; what runs on the host depends on it. */
    public readonly prepare: RemoteScript<PrepareScript>;
    /** The host's /etc/machine-id and product_uuid ("-" where it has none), apart by a space. */
    public readonly identity: pulumi.Output<string>;

    /** @param parent of its two steps */
    constructor(name: string, args: MachineArgs, parent: pulumi.Resource) {
        // Made first, so that it goes last: it dials only then. At another address a node is another host, and the one
        // before is reset first, when it has left the cluster. The first of the control plane has no such past: alone its
        // address does not change, and beside others it is replaced when its host is lost.
        const [first] = controlPlaneNodes(args.nodes);
        this.reset = new RemoteScript(
            `${name}-reset`,
            { connection: args.connection, delete: { script: "reset.sh", timeoutSeconds: 600, ifPresent: true } },
            {
                parent,
                dependsOn: args.dependsOn,
                ...(args.node.name !== first?.name && {
                    replacementTrigger: settled(args.connection, nodeAddress(args.node)),
                    deleteBeforeReplace: true,
                }),
            },
        );
        const install = { installer: true, timeoutSeconds: 1200 } as const;
        this.prepare = new RemoteScript<PrepareScript>(
            `${name}-prepare`,
            {
                connection: args.connection,
                waitForHost: true,
                repair: args.repair?.request,
                create: install,
                update: { ...install, unlessDone: true },
                // Secret only where the proxy's password is in it: the engine encrypts a secret anew whenever it saves the
                // state, and keeps them all; with this one of 20 hosts that took 7 GB.
                packed: packed(args),
                inputs: pulumi
                    .all([args.proxyCredentials, args.vipPassword, args.possible])
                    .apply(([credentials, vipPassword]) => prepareInputs(args, credentials, vipPassword)),
            },
            { parent, dependsOn: this.reset },
        );
        const waits = { begins: this.reset.id, ends: this.prepare.id };
        announceSlowHost(args.node.name, args.connection, waits);
        this.identity = this.prepare.answer.apply(([facts = ""]) => facts);
    }
}

function settled({ settle }: HostConnection, text: string): pulumi.Input<string> {
    return settle?.(text) ?? text;
}

const packs = new Map<string, string>();

// Once for all hosts of a kind: packing takes longer than all else that is done for one. Workers are spared what runs on the
// control plane alone: the engine packs all that it is given into its log, a dozen times, and much of a preview is that.
function packed({ node, storage }: MachineArgs): string {
    const parts = [NODE_SCRIPTS];
    if (node.role === "control-plane") parts.push(CONTROL_PLANE_SCRIPTS);
    if (storage.addOn !== "none") parts.push(STORAGE_SCRIPTS);
    const kind = parts.join();
    const pack = packs.get(kind) ?? packScripts(parts, hostChecks());
    packs.set(kind, pack);
    return pack;
}

/** What prepare-vip.sh is told on a node of the control plane; nothing where it has no virtual address. */
function vipInputs({ node, nodes, kubernetes }: MachineArgs, password = ""): Record<string, string> {
    const { vip } = kubernetes;
    const place = controlPlaneNodes(nodes).findIndex(({ name }) => name === node.name);
    if (!vip || place < 0) return {};
    return {
        VIP_ADDRESS: vip.address,
        VIP_INTERFACE: vip.interface ?? "",
        VIP_ROUTER_ID: String(vip.routerId),
        VIP_PRIORITY: String(100 - place),
        VIP_PEERS: otherControlPlaneAddresses(nodes, node),
        VIP_PASSWORD: password,
    };
}

function prepareInputs(
    args: MachineArgs,
    proxyCredentials: string | undefined,
    vipPassword: string | undefined,
): PlainInputsOf<PrepareScript> {
    const { node, endpoint, kubernetes, mirrors, containerRuntime } = args;
    return {
        // Those of the checks that go before: the first step of a host is stopped where it cannot become this node.
        ...hostCheckInputs(args, node, proxyCredentials),
        PRECHECK_MODE: "stop",
        ENDPOINT_HOST: endpoint.ownName ? endpoint.host : "",
        ENDPOINT_IP: endpoint.address ?? "",
        ...vipInputs(args, vipPassword),
        BINARIES_URL: mirrors.binaries,
        PACKAGES_URL: mirrors.packages,
        PACKAGES_KEY: mirrors.packagesKey?.trim() ?? "",
        PACKAGES_UNSIGNED: String(mirrors.packagesUnsigned),
        CNI_PLUGINS_URL: mirrors.cniPlugins,
        CONTAINERD_URL: mirrors.containerd,
        RUNC_URL: mirrors.runc,
        PINNED_SUMS: pinnedSums(args, node),
        POD_SUBNET: kubernetes.podSubnet,
        IMAGE_REPOSITORY: kubernetes.imageRepository,
        REGISTRY_MIRRORS: Object.entries(mirrors.registries)
            .map(([registry, endpoints]) => [registry, ...endpoints].join(" "))
            .join("\n"),
        RESTRICT_OOM_SCORE: String(containerRuntime.restrictOomScoreAdj),
        ...(kubernetes.kubelet.protectKernelDefaults === true && { PROTECT_KERNEL_DEFAULTS: "true" }),
    };
}
