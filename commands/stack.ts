import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { parse } from "yaml";
import { checkStackValues, ClusterConfig, SECRET_KEYS } from "../components/config";
import { askPulumi } from "./pulumi";

/** Namespace of the program's keys in Pulumi.STACK.yaml. */
const NAMESPACE = "kubeadm-cluster";

/** The secret values that are set in a stack's configuration, laid open. */
export type PlainSecrets = { [key in (typeof SECRET_KEYS)[number]]?: string };

/** Which stack's configuration is meant. */
export interface StackSource {
    /** Name of the stack, such as "dev". */
    stack: string;
    /** Its configuration file. Default: Pulumi.STACK.yaml beside the program. */
    configFile?: string;
    /** Environment of the CLI that decrypts secrets: backend and passphrase. Default: this process's own. */
    env?: NodeJS.ProcessEnv;
}

/**
 * The validated configuration of a stack, for commands beside `pulumi`. Its file alone is read: neither a backend, nor a
 * passphrase, nor Pulumi itself is needed.
 * @throws pulumi.RunError with every problem of the configuration, or where there is no such file
 */
export function loadStackConfig(source: StackSource): ClusterConfig {
    const file = source.configFile ?? resolve(__dirname, "..", `Pulumi.${source.stack}.yaml`);
    if (!existsSync(file))
        throw new pulumi.RunError(`there is no ${file}; is --stack ${source.stack} the right name of the stack?`);
    const { config = {} } = (parse(readFileSync(file, "utf8")) ?? {}) as { config?: Record<string, unknown> | null };
    const own = Object.entries(config ?? {})
        .filter(([key]) => key.startsWith(`${NAMESPACE}:`))
        .map(([key, value]) => [key.slice(NAMESPACE.length + 1), structured(value)] as const);
    return checkStackValues(NAMESPACE, Object.fromEntries(own));
}

// A structure may also stand there as its JSON text; a lone word is itself.
function structured(value: unknown): unknown {
    if (typeof value !== "string") return value;
    try {
        return JSON.parse(value) as unknown;
    } catch {
        return value;
    }
}

/** What a command of Pulumi says of a stack in JSON. @throws CommandError, as askPulumi */
async function askStack<Answer>({ stack, env }: StackSource, args: string[], failure: string): Promise<Answer> {
    return JSON.parse(await askPulumi([...args, "--json", "--stack", stack], failure, env)) as Answer;
}

/**
 * The stack's secrets, decrypted by `pulumi config`. Needs the stack's backend and its passphrase, as every command of
 * Pulumi does.
 * @throws CommandError with Pulumi's own words; no secret is in them
 */
export async function loadStackSecrets(source: StackSource): Promise<PlainSecrets> {
    const file = source.configFile === undefined ? [] : ["--config-file", source.configFile];
    const args = ["config", "--show-secrets", ...file];
    const failure = `the secrets of the stack ${source.stack} cannot be read`;
    const values = await askStack<Record<string, { value?: string }>>(source, args, failure);
    const secrets: PlainSecrets = {};
    for (const key of SECRET_KEYS) secrets[key] = values[`${NAMESPACE}:${key}`]?.value;
    return secrets;
}

/**
 * The identity that every step of `pulumi up` presents to the hosts: the configuration's, else the stack's own, from its
 * outputs. Undefined where the stack has none to tell: before the end of its first `up`, or of the first of this version.
 * @throws CommandError with Pulumi's own words
 */
export async function loadStackIdentity(source: StackSource, config: ClusterConfig): Promise<string | undefined> {
    if (config.identity !== undefined) return config.identity;
    const failure = `the outputs of the stack ${source.stack} cannot be read`;
    return (await askStack<{ identity?: string }>(source, ["stack", "output"], failure)).identity;
}

/** The input by which a script on a host is told it. */
export function presented(identity: string | undefined): { STACK_IDENTITY?: string } {
    return identity === undefined ? {} : { STACK_IDENTITY: identity };
}
