import { Problem } from "../problem";
import { crossChecks } from "./checks";
import { expectation, IssueReader } from "./issues";
import { ClusterConfig, clusterConfigSchema } from "./schema";
import { soundParts } from "./sound-parts";

/** Either a whole configuration or everything that is wrong with it. */
export type Validated = { config: ClusterConfig; problems?: undefined } | { config?: undefined; problems: Problem[] };

/**
 * Checks the plain values of a stack's configuration.
 * @param raw an object with the keys of `kubeadm-cluster:` but the secret ones
 * @param secretKeys those of its keys whose values no message may show
 */
export function validateConfig(raw: unknown, secretKeys: readonly string[] = []): Validated {
    const parsed = clusterConfigSchema.safeParse(raw, { error: expectation });
    const reader = new IssueReader(clusterConfigSchema, raw, (key) => secretKeys.includes(key));
    // What is wrong in itself does not hide what does not fit together.
    const sound = soundParts(clusterConfigSchema, raw) ?? {};
    for (const key of secretKeys) delete sound[key as keyof ClusterConfig];
    const problems = [...reader.problems(parsed.error?.issues ?? []), ...crossChecks(sound)];
    return parsed.success && problems.length === 0 ? { config: parsed.data } : { problems };
}
