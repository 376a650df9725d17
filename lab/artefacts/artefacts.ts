import { existsSync } from "node:fs";
import { rootfsRecipe } from "../hosts/rootfs";
import { registryStep } from "../mirror/registry-program";
import { imageSteps } from "./images";
import { companionSteps, kubernetesSteps, networkSteps } from "./programs";
import { makeMissing, type Step } from "./steps";

/** Makes sure that everything a lab with this Kubernetes version serves and boots from is in the cache. */
export async function ensureArtefacts(kubernetes: string, say: (line: string) => void): Promise<{ rootfs: string }> {
    const rootfs = await rootfsRecipe();
    const steps: Step[] = [
        { title: "the hosts' root file system", done: () => existsSync(rootfs.path), make: rootfs.make },
        registryStep(),
        ...kubernetesSteps(kubernetes),
        ...companionSteps(kubernetes),
        ...networkSteps(),
        ...imageSteps(kubernetes),
    ];
    await makeMissing(steps, say);
    return { rootfs: rootfs.path };
}
