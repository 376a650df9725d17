import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Step } from "../artefacts/steps";
import { cacheDir } from "../paths";
import { run } from "../run";

/** The image registry's program. */
export const registryProgram = () => cacheDir("tools", "docker-registry");

/** The step that gets it. */
export function registryStep(): Step {
    return {
        title: "image registry",
        done: () => existsSync(registryProgram()),
        make: async () => {
            await run(join(__dirname, "registry.sh"), [registryProgram()]);
        },
    };
}
