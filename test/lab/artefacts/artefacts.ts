import { existsSync } from "node:fs";
import { cliThere, pulumiVersion } from "../engine/cli";
import { rhelRecipe, rootfsRecipe } from "../hosts/rootfs";
import { registryStep } from "../mirror/registry-program";
import { missingToolchain } from "../requirements";
import { LabError } from "../run";
import { chooseSource, forcedSource, type Source } from "../sources/choose";
import { built } from "../sources/fetched";
import { publishers } from "../sources/publishers";
import { lacksImages, publisherSteps, sitesOf } from "../sources/steps";
import { imageSteps, metricsImageStep, testImageStep } from "./images";
import { repositoryStep, rpmRepositoryStep, runtimeArchiveStep } from "./package-sources";
import { companionSteps, kubernetesSteps, metricsServerStep, networkSteps } from "./programs";
import { makeMissing, type Step } from "./steps";
import type { PackageFormat, Wanted } from "./wanted";

const missing = (steps: Step[]) => steps.filter(({ done }) => !done());

/**
 * Makes sure that everything a lab serves and boots from is in the cache, from the publishers or built from modules: one
 * decision for all, which is said first.
 */
export async function ensureArtefacts(
    wanted: Wanted,
    say: (line: string) => void,
    from = publishers(pulumiVersion),
): Promise<{ rootfs: string }> {
    const forced = forcedSource();
    const debian = await rootfsRecipe();
    const rootfs = wanted.distribution === "rhel" ? rhelRecipe(debian) : debian;
    // Of the machine's own Debian packages, whatever the rest comes from.
    const local: Step[] = [
        { title: "the hosts' root file system", done: () => existsSync(rootfs.path), make: rootfs.make },
        registryStep(),
        testImageStep(),
    ];
    const lists: Record<Source, Step[]> = {
        publishers: onlyOnce(publisherSteps(wanted, { from, insist: forced === "publishers", say })),
        modules: onlyOnce(moduleSteps(wanted)).map((step) => built(step, forced === "modules")),
    };
    const complete: Source[] = [];
    if ((await cliThere()) && missing(lists.publishers).length === 0) complete.push("publishers");
    if ((await cliThere()) && missing(lists.modules).length === 0 && !lacksImages(wanted)) complete.push("modules");
    const { source, reason } = await chooseSource(sitesOf(wanted, from), complete);
    say(`source: ${source}, ${reason}`);
    const toMake = missing(lists[source]);
    const problem = source === "modules" && toMake.length > 0 ? await missingToolchain() : undefined;
    if (problem) throw new LabError(`${problem} The source is modules, ${reason}.`);
    await makeMissing([...local, ...lists[source]], say);
    return { rootfs: rootfs.path };
}

const packagesStep = (version: string, format: PackageFormat): Step =>
    format === "rpm" ? rpmRepositoryStep(version) : repositoryStep(version);

/**
 * What modules give. Versions that are built in one go share Go's build cache: a patch release after another is mostly
 * linking.
 */
function moduleSteps({ versions, packages, runtimeArchive, metrics }: Wanted): Step[] {
    return [
        ...versions.flatMap(kubernetesSteps),
        ...versions.flatMap(companionSteps),
        ...networkSteps(),
        ...versions.flatMap(imageSteps),
        ...(packages ? versions.map((version) => packagesStep(version, packages)) : []),
        ...(runtimeArchive ? [runtimeArchiveStep()] : []),
        ...(metrics ? [metricsServerStep(), metricsImageStep()] : []),
    ];
}

/** What of a Kubernetes version is not in the cache, by its title; nothing = a lab of any other version serves it too. */
export function missingArtefacts(version: string): string[] {
    const wanted: Wanted = { versions: [version], images: [] };
    const setting = { from: publishers(pulumiVersion), insist: false, say: () => undefined };
    const [fewest = []] = [moduleSteps(wanted), publisherSteps(wanted, setting)]
        .map(missing)
        .sort((one, other) => one.length - other.length);
    return fewest.map(({ title }) => title);
}

/** Versions share companions and images. */
function onlyOnce(steps: Step[]): Step[] {
    return [...new Map(steps.map((step) => [step.title, step])).values()];
}
