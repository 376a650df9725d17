import type { z } from "zod";
import { isRange, networkOf, prefixOf } from "../ipv4-range";
import type { network } from "../network-schema";
import { Problem } from "../problem";

type OfAddOn<Name> = Extract<z.output<typeof network>, { addOn: Name }>;
/** Settings of one add-on in a cluster. A password that another resource makes is checked when it is known. */
type Settings<Name> = Omit<OfAddOn<Name>, "addOn" | "connectivityTest"> & { podSubnet: string; password?: unknown };
/** Settings of the network in a cluster. */
type NetworkSettings =
    | ({ addOn: "weave" } & Settings<"weave">)
    | ({ addOn: "flannel" } & Settings<"flannel">)
    | ({ addOn: "none" } & Settings<"none">);

/** The least MTU a host must take by the IPv4 standard (RFC 791), and the largest that a cloud's jumbo frames have. */
const MTU = { least: 576, most: 9001 };
/** kubeadm gives every host a /24 of its own, which is where Flannel takes its Pods' addresses from. */
const FLANNEL_HOST_PREFIX = 24;
/** Weave needs room for its own address on each host; smaller ranges it refuses only after it has started. */
const WEAVE_LONGEST_PREFIX = 29;

/** All that is wrong with a network's arguments, found without a cluster. */
export function validateNetwork(args: NetworkSettings): Problem[] {
    switch (args.addOn) {
        case "weave":
            return validateWeaveNet(args);
        case "flannel":
            return validateFlannel(args);
        case "none":
            return podSubnetProblems(args.podSubnet, 32);
        default:
            return [
                {
                    path: "addOn",
                    message: `${JSON.stringify((args as { addOn?: unknown }).addOn)} is not known: write weave, flannel or none`,
                },
            ];
    }
}

/** All that is wrong with the arguments of WeaveNet. A password that is not plain text yet is checked on deployment. */
export function validateWeaveNet(args: Settings<"weave">): Problem[] {
    return [
        ...podSubnetProblems(args.podSubnet, WEAVE_LONGEST_PREFIX),
        ...(typeof args.password === "string" ? passwordProblems(args.password) : []),
        ...integerProblems("mtu", args.mtu, MTU.least, MTU.most),
        ...integerProblems("connLimit", args.connLimit, 1, 65535),
        ...imageProblems(args),
    ];
}

/** All that is wrong with the arguments of Flannel. */
export function validateFlannel(args: Settings<"flannel">): Problem[] {
    const backend: string = args.backend ?? "vxlan";
    if (backend !== "vxlan" && backend !== "host-gw") {
        return [{ path: "backend", message: `${JSON.stringify(backend)} is not known: write vxlan or host-gw` }];
    }
    const onlyVxlan = (["mtu", "vni", "port", "directRouting"] as const).filter(
        (field) => backend === "host-gw" && args[field] !== undefined,
    );
    return [
        ...podSubnetProblems(args.podSubnet, FLANNEL_HOST_PREFIX),
        ...interfaceProblems(args.interface),
        ...onlyVxlan.map((path) => ({ path, message: "means nothing to the host-gw backend: leave it out" })),
        ...integerProblems("mtu", args.mtu, MTU.least, MTU.most),
        ...integerProblems("vni", args.vni, 1, 2 ** 24 - 1),
        ...integerProblems("port", args.port, 1, 65535),
        ...imageProblems(args),
    ];
}

/** What is wrong with Weave's password. The messages never show it. */
export function passwordProblems(password: string): Problem[] {
    const problem = (message: string): Problem[] => [{ path: "password", message }];
    if (password.length < 9) {
        return problem(`has ${password.length} characters: use 9 or more`);
    }
    // A newline that came along from a file would make two hosts' "same" passwords differ, with no error anywhere.
    if (password.trim() !== password || /\p{Cc}/u.test(password)) {
        return problem("begins or ends with white space, or has a control character in it: remove it");
    }
    return [];
}

function podSubnetProblems(podSubnet: string, longestPrefix: number): Problem[] {
    const problem = (message: string): Problem[] => [
        { path: "podSubnet", message: `${JSON.stringify(podSubnet)} ${message}` },
    ];
    if (!isRange(podSubnet)) return problem("is not one IPv4 range in CIDR form: write something like 10.244.0.0/16");
    if (podSubnet !== networkOf(podSubnet))
        return problem(`has bits set behind its prefix: write ${networkOf(podSubnet)}`);
    if (prefixOf(podSubnet) > longestPrefix) {
        return problem(`is too small: use a prefix of /${longestPrefix} or shorter`);
    }
    return [];
}

/** What the kernel takes as an interface's name. An address would be one host's, and this is for all of them. */
function interfaceProblems(name: string | undefined): Problem[] {
    if (name === undefined || (/^[^\s/:"'$`\\]{1,15}$/.test(name) && !/^[.-]|^\d+(\.\d+)+$/.test(name))) return [];
    const found = JSON.stringify(name);
    const message = `${found} is no name of a network interface: write one such as eth1, at most 15 characters; where the hosts' names differ, leave it out: the one with the node's own address is taken`;
    return [{ path: "interface", message }];
}

function integerProblems(path: string, value: number | undefined, least: number, most: number): Problem[] {
    if (value === undefined || (Number.isInteger(value) && value >= least && value <= most)) {
        return [];
    }
    return [{ path, message: `${String(value)} is not a whole number from ${least} to ${most}` }];
}

function imageProblems(args: { imageRegistry?: string; digests?: Record<string, string | undefined> }): Problem[] {
    const problems: Problem[] = [];
    if (args.imageRegistry !== undefined && !/^[a-z0-9.-]+(:\d+)?(\/[a-z0-9._-]+)*$/.test(args.imageRegistry)) {
        problems.push({
            path: "imageRegistry",
            message: `${JSON.stringify(args.imageRegistry)} is not a registry with a path: write it as registry.example.com/some/path, without https:// and without a final slash`,
        });
    }
    for (const [image, digest] of Object.entries(args.digests ?? {})) {
        if (digest !== undefined && !/^sha256:[0-9a-f]{64}$/.test(digest)) {
            problems.push({
                path: `digests.${image}`,
                message: `${JSON.stringify(digest)} is not sha256: and 64 hexadecimal digits`,
            });
        }
    }
    return problems;
}
