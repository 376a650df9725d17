import { existsSync } from "node:fs";
import { rootfsRecipe } from "../hosts/rootfs";
import { registryStep } from "../mirror/registry-program";
import { imageSteps, metricsImageStep } from "./images";
import { repositoryStep, runtimeArchiveStep } from "./package-sources";
import { companionSteps, kubernetesSteps, metricsServerStep, networkSteps } from "./programs";
import { makeMissing, type Step } from "./steps";

/**
 * Makes sure that everything a lab with these Kubernetes versions serves and boots from is in the cache.
 * Packages, release archives and metrics-server only on request. Versions that are built in one go share Go's build cache: a patch release after another is mostly linking.
 */
export async function ensureArtefacts(
    versions: string[],
    say: (line: string) => void,
    { packages = false, runtimeArchive = false, metrics = false } = {},
): Promise<{ rootfs: string }> {
    const rootfs = await rootfsRecipe();
    const steps: Step[] = [
        { title: "the hosts' root file system", done: () => existsSync(rootfs.path), make: rootfs.make },
        registryStep(),
        ...versions.flatMap(kubernetesSteps),
        ...versions.flatMap(companionSteps),
        ...networkSteps(),
        ...versions.flatMap(imageSteps),
        ...(packages ? versions.map(repositoryStep) : []),
        ...(runtimeArchive ? [runtimeArchiveStep()] : []),
        ...(metrics ? [metricsServerStep(), metricsImageStep()] : []),
    ];
    await makeMissing(onlyOnce(steps), say);
    return { rootfs: rootfs.path };
}

/** What of a Kubernetes version is not in the cache, by its title; nothing = a lab of any other version serves it too. */
export function missingArtefacts(version: string): string[] {
    const steps = [...kubernetesSteps(version), ...companionSteps(version), ...imageSteps(version)];
    return steps.filter(({ done }) => !done()).map(({ title }) => title);
}

/** Versions share companions and images. */
function onlyOnce(steps: Step[]): Step[] {
    return [...new Map(steps.map((step) => [step.title, step])).values()];
}
