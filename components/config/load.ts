import * as pulumi from "@pulumi/pulumi";
import type { KubeadmClusterArgs } from "../args";
import { failures, Problem } from "./problem";
import { warnings } from "./checks";
import { ClusterConfig, clusterConfigSchema, SECRET_KEYS } from "./schema";
import { withoutCredentials } from "./credentials";
import { unknownKeys } from "./nearest";
import { ownValue } from "./schema-walk";
import { unvouchedSources } from "./plain-http";
import { validateConfig } from "./validate";

const PLAIN_KEYS = Object.keys(clusterConfigSchema.shape);

// Structured values arrive as JSON text; a lone word or number is itself.
function plainValue(config: pulumi.Config, key: string): unknown {
    try {
        return config.getObject<unknown>(key);
    } catch {
        return config.get(key);
    }
}

/**
 * What is wrong with the values of a stack's configuration, or the whole configuration where nothing is.
 * @param values every key that is set, without the namespace. Of secret keys only whether they are set is looked at.
 * @param sealed plain keys that the engine decrypted: refused, and no message shows their values
 */
export function stackProblems(
    values: Record<string, unknown>,
    sealed: readonly string[] = [],
): { config?: ClusterConfig; problems: Problem[] } {
    const known = [...PLAIN_KEYS, ...SECRET_KEYS];
    const unknown = Object.keys(values).filter((key) => !known.includes(key));
    const raw = Object.fromEntries(PLAIN_KEYS.filter((key) => key in values).map((key) => [key, values[key]]));
    const hidden = PLAIN_KEYS.filter((key) => sealed.includes(key) || holdsEncrypted(raw[key]));
    const validated = validateConfig(raw, hidden);
    const problems = [
        ...unknownKeys(unknown, known, withoutCredentials),
        ...hidden.map(sealedProblem),
        ...(validated.problems ?? []),
        ...("weavePassword" in values && !hidden.includes("network") ? passwordProblems(raw.network) : []),
        ...("proxyCredentials" in values && !hidden.includes("proxy") ? credentialProblems(raw.proxy) : []),
    ];
    return { config: validated.config, problems };
}

/**
 * Refuses a configuration.
 * @param name what goes before each path
 * @throws pulumi.RunError naming every problem: path, what was found, what is expected
 */
export function refuseConfig(name: string, problems: readonly Problem[], what = "the configuration"): never {
    const texts = problems.map(({ path, message }) => `${name}:${path}: ${message}`);
    const count = problems.length === 1 ? "a problem" : `${problems.length} problems`;
    throw failures(`${what} has ${count}; nothing was changed`, texts);
}

/**
 * Checks the values of a stack's configuration.
 * @param name the namespace of its keys, for messages
 * @param values as of stackProblems, and so are the sealed keys
 * @throws pulumi.RunError naming every problem at once: path, what was found, what is expected
 */
export function checkStackValues(
    name: string,
    values: Record<string, unknown>,
    sealed: readonly string[] = [],
): ClusterConfig {
    const { config, problems } = stackProblems(values, sealed);
    return problems.length > 0 || !config ? refuseConfig(name, problems) : config;
}

// As it stands in Pulumi.STACK.yaml, where nothing is decrypted yet.
function holdsEncrypted(value: unknown): boolean {
    if (typeof value !== "object" || value === null) return false;
    const { secure } = value as { secure?: unknown };
    return typeof secure === "string" || Object.values(value).some(holdsEncrypted);
}

function sealedProblem(key: string): Problem {
    const message = `holds a secret, and would stand in plain text in the plan and the state: set it without --secret; secrets are ${SECRET_KEYS.join(", ")}`;
    return { path: key, message };
}

// Told beside whatever else is wrong, so of the add-on as it is written.
function passwordProblems(network: unknown): Problem[] {
    const addOn = ownValue(network, "addOn");
    if (addOn !== "flannel" && addOn !== "none") return [];
    return [{ path: "weavePassword", message: `is set, but network.addOn is ${addOn}; remove one of them` }];
}

function credentialProblems(proxy: unknown): Problem[] {
    if (ownValue(proxy, "http") !== undefined || ownValue(proxy, "https") !== undefined) return [];
    return [{ path: "proxyCredentials", message: "is set, but proxy names no proxy; remove it, or set proxy" }];
}

// The engine hands a key over as secret when any part of it is; the SDK has no typed name for the question.
function secretPlainKeys(name: string): string[] {
    const { isConfigSecret } = pulumi.runtime as unknown as { isConfigSecret: (key: string) => boolean };
    return PLAIN_KEYS.filter((key) => isConfigSecret(`${name}:${key}`));
}

function warnOfUnverifiedHosts({ nodes, ssh }: ClusterConfig, cluster: pulumi.Resource): void {
    const names = nodes.filter((node) => !(node.hostKey ?? node.ssh?.hostKey ?? ssh.hostKey)).map((node) => node.name);
    if (ssh.bastion && !ssh.bastion.hostKey) names.push("the bastion");
    if (names.length === 0) return;
    const advice = "set hostKey to what /etc/ssh/ssh_host_ed25519_key.pub says there";
    void pulumi.log.warn(
        `not verified, since no hostKey is set: ${names.join(", ")}. Anybody in between can take these hosts over; ${advice}`,
        cluster,
    );
}

/** Says what a person should look at in a configuration that is right. */
export function warnOf(config: ClusterConfig, cluster: pulumi.Resource): void {
    warnOfUnverifiedHosts(config, cluster);
    for (const { path, message } of [...warnings(config), ...unvouchedSources(config)])
        void pulumi.log.warn(`${path}: ${message}`, cluster);
}

/**
 * Reads the stack's configuration as arguments of the cluster.
 * @param name the namespace of its keys
 * @throws pulumi.RunError naming every problem at once: path, what was found, what is expected
 */
export function loadConfig(name = "kubeadm-cluster"): KubeadmClusterArgs {
    const stack = new pulumi.Config(name);
    const values: Record<string, unknown> = {};
    for (const key of Object.keys(pulumi.runtime.allConfig()).filter((each) => each.startsWith(`${name}:`))) {
        const own = key.slice(name.length + 1);
        values[own] = PLAIN_KEYS.includes(own) ? plainValue(stack, own) : true;
    }
    checkStackValues(name, values, secretPlainKeys(name));
    for (const key of SECRET_KEYS) values[key] = stack.getSecret(key);
    return values as unknown as KubeadmClusterArgs;
}
