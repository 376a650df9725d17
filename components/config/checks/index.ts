import { Problem } from "../../problem";
import { addOnProblems } from "./add-ons";
import { flagProblems } from "./flags";
import { nodeProblems } from "./nodes";
import { packageSourceProblems } from "./package-sources";
import type { SoundConfig } from "./sound-config";
import { subnetProblems } from "./subnets";
import { versionProblems } from "./version";

/** What is wrong with values that are each of the right form but do not fit together. */
export function crossChecks(config: SoundConfig): Problem[] {
    return [nodeProblems, versionProblems, flagProblems, subnetProblems, addOnProblems, packageSourceProblems].flatMap(
        (check) => check(config),
    );
}
