/** A container as far as the rules look at it. */
export interface Container {
    name?: string;
    image?: string;
    securityContext?: { privileged?: boolean };
}

interface PodSpec {
    containers?: Container[];
    initContainers?: Container[];
    ephemeralContainers?: Container[];
}

interface Template {
    spec?: PodSpec;
}

interface Workload {
    template?: Template;
    jobTemplate?: { spec?: { template?: Template } };
}

/** The containers of a Pod, or of what makes Pods by a template: Deployment, DaemonSet, Job, CronJob and alike. */
export function containersOf(type: string, props: Record<string, unknown>): Container[] {
    if (!type.startsWith("kubernetes:")) return [];
    const isPod = /:core\/v1:Pod(Patch)?$/.test(type);
    const spec = props.spec as (Workload & PodSpec) | undefined;
    const pod = isPod ? spec : (spec?.template ?? spec?.jobTemplate?.spec?.template)?.spec;
    return [...(pod?.initContainers ?? []), ...(pod?.containers ?? []), ...(pod?.ephemeralContainers ?? [])];
}
