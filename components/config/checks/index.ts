import { Problem } from "../problem";
import { addOnProblems } from "./add-ons";
import { controlPlaneProblems } from "./control-plane";
import { lintConfig } from "./flags";
import { nodeProblems } from "./nodes";
import { packageSourceProblems } from "./package-sources";
import type { SoundConfig } from "./sound-config";
import { subnetProblems } from "./subnets";
import { versionProblems } from "./version";

/** What is wrong with values that are each of the right form but do not fit together. */
export function crossChecks(config: SoundConfig): Problem[] {
    return [
        ...[nodeProblems, controlPlaneProblems, versionProblems, lintErrors, subnetProblems, addOnProblems],
        packageSourceProblems,
    ].flatMap((check) => check(config));
}

function lintErrors(config: SoundConfig): Problem[] {
    return lintConfig(config)
        .filter(({ severity }) => severity === "error")
        .map(({ path, message }) => ({ path, message }));
}

/** What a person should look at in a configuration that is right. */
export function warnings(config: SoundConfig): Problem[] {
    return lintConfig(config).filter(({ severity }) => severity === "warning");
}
