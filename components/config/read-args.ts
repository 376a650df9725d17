import * as pulumi from "@pulumi/pulumi";
import type { KubeadmClusterArgs } from "../args";
import { agentProblems } from "./checks/agent";
import { failure, type Problem } from "./problem";
import { type Arrived, comesLater, LaterValues } from "./later-values";
import { checkStackValues, refuseConfig, stackProblems } from "./load";
import { type Group, isGroup, plainValues } from "./plain-values";
import { ClusterConfig, SECRET_KEYS } from "./schema";

const ENDPOINT = "kubernetes.controlPlaneEndpoint";

/** The secret values of a cluster's arguments, as far as they are set. */
export type ClusterSecrets = { [key in (typeof SECRET_KEYS)[number]]?: pulumi.Output<string> };

/** The arguments of a cluster, checked: plain values, secrets, and what puts in the values that come from other resources. */
export interface ClusterArguments {
    config: ClusterConfig;
    secrets: ClusterSecrets;
    settle: (text: string) => pulumi.Input<string>;
    /** Rejects where a value that came from another resource is wrong; waits for none that a preview does not know. */
    sound: Promise<void>;
}

/**
 * Checks the arguments of a cluster.
 * @param name of the cluster, for messages
 * @throws pulumi.RunError naming every problem at once: path, what was found, what is expected
 */
export function readArgs(name: string, args: KubeadmClusterArgs): ClusterArguments {
    // A program in JavaScript, or one of another language, can hand over anything.
    const given: unknown = args;
    if (!isGroup(given)) throw new pulumi.RunError(`${name}: has no arguments; it needs nodes at least`);
    const later = new LaterValues(given);
    const { secrets, problems } = readSecrets(given);
    const { plain, problems: strange } = plainValues(withPlaceholders(given, later), comesLater);
    const values = plain as Group;
    const found = [...problems, ...strange];
    const config =
        found.length === 0 ? checkStackValues(name, values) : refuseConfig(name, [...found, ...others(values, found)]);
    const unreachable = agentProblems(config, secrets, process.env.SSH_AUTH_SOCK);
    if (unreachable.length > 0) refuseConfig(name, unreachable);
    const sound = later.checkedBy((arrived) => checkArrived(name, values, arrived));
    return { config, secrets, settle: (text) => later.settle(text), sound };
}

// What is wrong besides: what is no plain data was taken out, and is not missed a second time.
function others(values: Group, found: readonly Problem[]): Problem[] {
    return stackProblems(values).problems.filter(({ path }) => !found.some((one) => path === one.path));
}

function readSecrets(args: Group): { secrets: ClusterSecrets; problems: Problem[] } {
    const secrets: ClusterSecrets = {};
    const problems: Problem[] = [];
    for (const key of SECRET_KEYS) {
        const value = args[key];
        if (value === undefined) continue;
        if (typeof value === "string" || comesLater(value)) secrets[key] = secretText(key, value as string);
        else problems.push({ path: key, message: "must be a text; what was found is not shown" });
    }
    return { secrets, problems };
}

// One that comes from another resource and is nothing would be left out, and a host would ask for another login.
function secretText(key: string, value: pulumi.Input<string>): pulumi.Output<string> {
    const given = pulumi.secret(value);
    if (typeof value === "string") return given;
    return given.apply((text: unknown) => {
        if (typeof text === "string" && text !== "") return text;
        throw failure(`${key}: must be a text; a resource gave none. No host was changed`);
    });
}

/** The values of the arguments, with placeholders for what comes from other resources; secrets are only named. */
function withPlaceholders(args: Group, later: LaterValues): Group {
    const entries = Object.entries(args)
        .filter(([, value]) => value !== undefined)
        .map(([key, value]): [string, unknown] => {
            if ((SECRET_KEYS as string[]).includes(key)) return [key, true];
            if (key === "ssh") return [key, plainSsh(value, key, later)];
            if (key === "kubernetes") return [key, plainKubernetes(value, later)];
            if (key !== "nodes" || !Array.isArray(value)) return [key, value];
            return [key, value.map((node: unknown, index) => plainNode(node, `nodes[${index}]`, later))];
        });
    return Object.fromEntries(entries);
}

function plainNode(node: unknown, path: string, later: LaterValues): unknown {
    if (!isGroup(node)) return node;
    return {
        ...node,
        ...replaced(node, "address", (value) => later.address(`${path}.address`, value)),
        ...replaced(node, "internalAddress", (value) => later.address(`${path}.internalAddress`, value)),
        ...replaced(node, "hostKey", (value) => later.hostKey(`${path}.hostKey`, value)),
        ...replaced(node, "ssh", (value) => plainSsh(value, `${path}.ssh`, later)),
    };
}

function plainSsh(ssh: unknown, path: string, later: LaterValues): unknown {
    if (!isGroup(ssh)) return ssh;
    const plainBastion = (bastion: unknown): unknown =>
        isGroup(bastion)
            ? {
                  ...bastion,
                  ...replaced(bastion, "host", (value) => later.address(`${path}.bastion.host`, value)),
                  ...replaced(bastion, "hostKey", (value) => later.hostKey(`${path}.bastion.hostKey`, value)),
              }
            : bastion;
    return {
        ...ssh,
        ...replaced(ssh, "hostKey", (value) => later.hostKey(`${path}.hostKey`, value)),
        ...replaced(ssh, "bastion", plainBastion),
    };
}

function plainKubernetes(kubernetes: unknown, later: LaterValues): unknown {
    if (!isGroup(kubernetes)) return kubernetes;
    const plainVip = (vip: unknown): unknown =>
        isGroup(vip)
            ? { ...vip, ...replaced(vip, "address", (value) => later.address("kubernetes.vip.address", value)) }
            : vip;
    return {
        ...kubernetes,
        ...replaced(kubernetes, "controlPlaneEndpoint", (value) => later.address(ENDPOINT, value)),
        ...replaced(kubernetes, "vip", plainVip),
    };
}

function replaced(group: Group, key: string, change: (value: unknown) => unknown): Group {
    return key in group ? { [key]: change(group[key]) } : {};
}

/** Checks the whole again with the values that other resources gave. */
function checkArrived(name: string, values: Group, arrived: Map<string, Arrived>): void {
    const none: Problem[] = [];
    const known = new Map<unknown, string>();
    for (const [placeholder, { path, value }] of arrived) {
        if (path === ENDPOINT && typeof value === "string" && value.includes(":"))
            none.push({ path, message: "must be a HOST alone where it comes from a resource; its port is 6443 then" });
        else if (typeof value === "string" && value !== "") known.set(placeholder, value);
        else
            none.push({ path, message: "must be a text that is not empty; the resource that it comes from gave none" });
    }
    const settled = (value: unknown): unknown => {
        if (Array.isArray(value)) return value.map(settled);
        if (!isGroup(value)) return known.get(value) ?? value;
        return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, settled(entry)]));
    };
    const problems = [...none, ...stackProblems(settled(values) as Group).problems];
    if (problems.length === 0) return;
    const secrets = [...arrived.values()].filter(({ secret }) => secret).map(({ value }) => String(value));
    const shown = (text: string) =>
        secrets.reduce((rest, one) => (one ? rest.replaceAll(one, "[secret]") : rest), text);
    refuseConfig(
        name,
        problems.map(({ path, message }) => ({ path, message: shown(message) })),
        "what other resources gave",
    );
}
