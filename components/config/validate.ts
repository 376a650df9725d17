import { Problem } from "./problem";
import { crossChecks } from "./checks";
import { expectation, IssueReader } from "./issues";
import { liftKubeadm } from "./kubeadm/lift";
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
    // Of a secret nothing is read that a message could show.
    const lifted = secretKeys.includes("kubernetes")
        ? { raw, problems: [], givenPath: (path: string) => path }
        : liftKubeadm(raw);
    const parsed = clusterConfigSchema.safeParse(lifted.raw, { error: expectation });
    const reader = new IssueReader(clusterConfigSchema, lifted.raw, (key) => secretKeys.includes(key));
    // What is wrong in itself does not hide what does not fit together.
    const sound = soundParts(clusterConfigSchema, lifted.raw) ?? {};
    for (const key of secretKeys) delete sound[key as keyof ClusterConfig];
    const own = [...reader.problems(parsed.error?.issues ?? []), ...crossChecks(sound)];
    const problems = [...lifted.problems, ...own.map((one) => ({ ...one, path: lifted.givenPath(one.path) }))];
    return parsed.success && problems.length === 0 ? { config: parsed.data } : { problems };
}
