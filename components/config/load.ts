import * as pulumi from "@pulumi/pulumi";
import { ClusterConfig, clusterConfigSchema, SECRET_KEYS } from "./schema";
import { unknownKey, validateConfig } from "./validate";

/** The secret values of a stack's configuration, as far as they are set. */
export type ClusterSecrets = { [key in (typeof SECRET_KEYS)[number]]?: pulumi.Output<string> };

/** A stack's configuration: plain values and secrets, apart from each other. */
export interface LoadedConfig {
    config: ClusterConfig;
    secrets: ClusterSecrets;
}

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
 * Checks the values of a stack's configuration.
 * @param name the namespace of its keys, for messages
 * @param values every key that is set, without the namespace. Of secret keys only whether they are set is looked at.
 * @throws pulumi.RunError naming every problem at once: path, what was found, what is expected
 */
export function checkStackValues(name: string, values: Record<string, unknown>): ClusterConfig {
    const known = [...PLAIN_KEYS, ...SECRET_KEYS];
    const unknown = Object.keys(values).filter((key) => !known.includes(key));
    const raw = Object.fromEntries(PLAIN_KEYS.filter((key) => key in values).map((key) => [key, values[key]]));
    const validated = validateConfig(raw);
    const problems = [...unknown.map((key) => unknownKey(key, key, known)), ...(validated.problems ?? [])];
    if ("weavePassword" in values && validated.config && validated.config.network.addOn !== "weave") {
        problems.push({
            path: "weavePassword",
            message: `is set, but network.addOn is ${validated.config.network.addOn}; remove one of them`,
        });
    }
    if (problems.length > 0 || !validated.config) {
        const lines = problems.map(({ path, message }) => `  ${name}:${path}: ${message}`);
        throw new pulumi.RunError(
            `the configuration has ${problems.length === 1 ? "a problem" : `${problems.length} problems`}; nothing was changed:\n${lines.join("\n")}`,
        );
    }
    return validated.config;
}

function warnOfUnverifiedHosts({ nodes, ssh }: ClusterConfig): void {
    const names = nodes.filter((node) => !(node.hostKey ?? node.ssh?.hostKey ?? ssh.hostKey)).map((node) => node.name);
    if (ssh.bastion && !ssh.bastion.hostKey) names.push("the bastion");
    if (names.length === 0) return;
    const advice = "set hostKey to what /etc/ssh/ssh_host_ed25519_key.pub says there";
    void pulumi.log.warn(
        `not verified, since no hostKey is set: ${names.join(", ")}. Anybody in between can take these hosts over; ${advice}`,
    );
}

/**
 * Reads and checks the stack's configuration.
 * @param name the namespace of its keys
 * @throws pulumi.RunError naming every problem at once: path, what was found, what is expected
 */
export function loadConfig(name = "kubeadm-cluster"): LoadedConfig {
    const stack = new pulumi.Config(name);
    const values: Record<string, unknown> = {};
    for (const key of Object.keys(pulumi.runtime.allConfig()).filter((each) => each.startsWith(`${name}:`))) {
        const own = key.slice(name.length + 1);
        values[own] = PLAIN_KEYS.includes(own) ? plainValue(stack, own) : true;
    }
    const config = checkStackValues(name, values);
    const secrets: ClusterSecrets = {};
    for (const key of SECRET_KEYS) secrets[key] = stack.getSecret(key);
    warnOfUnverifiedHosts(config);
    return { config, secrets };
}
