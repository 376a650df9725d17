import { Problem } from "../problem";
import type { SoundConfig } from "./sound-config";

/** The oldest minor version whose kubeadm reads v1beta4 documents. */
const FIRST_MINOR_WITH_V1BETA4 = 31;

/** The minor number of a version such as v1.32.0. */
export function minorOf(version: string): number {
    return Number(version.split(".")[1]);
}

/** What is wrong with the version of Kubernetes. */
export function versionProblems({ kubernetes }: SoundConfig): Problem[] {
    const version = kubernetes?.version;
    if (version === undefined) return [];
    const problem = (message: string) => [{ path: "kubernetes.version", message }];
    if (!version.startsWith("v1.")) return problem(`${version} is no version of Kubernetes: write 1.MINOR.PATCH`);
    if (minorOf(version) >= FIRST_MINOR_WITH_V1BETA4) return [];
    return problem(
        `${version} is too old: its kubeadm does not read v1beta4 documents; take 1.${FIRST_MINOR_WITH_V1BETA4} or later`,
    );
}
