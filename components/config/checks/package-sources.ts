import { Problem } from "../problem";
import type { SoundConfig } from "./sound-config";

/** What does not fit together in where packages come from. */
export function packageSourceProblems({ kubernetes, nodes = [], mirrors }: SoundConfig): Problem[] {
    const { packages, packagesKey, packagesUnsigned } = mirrors ?? {};
    const problems: Problem[] = [];
    const used = nodes.some((node) => (node?.install ?? kubernetes?.install) === "packages");
    if (used && packages?.startsWith("http:") && packagesKey === undefined && packagesUnsigned !== true) {
        const message = `${packages} is not https, so its signing key could be anybody's; give the key in mirrors.packagesKey`;
        problems.push({ path: "mirrors.packages", message });
    }
    if (packagesKey !== undefined && packagesUnsigned) {
        const message = "contradicts mirrors.packagesKey: packages are either signed with that key or not; remove one";
        problems.push({ path: "mirrors.packagesUnsigned", message });
    }
    return problems;
}
