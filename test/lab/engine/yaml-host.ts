import { join } from "node:path";
import { cacheDir } from "../paths";
import { ensureBuilt, findOnPath, type GoProgram } from "./go-program";

const HOST: GoProgram = {
    name: "pulumi-language-yaml",
    title: "Pulumi's YAML language host (about 3 minutes)",
    module: "github.com/pulumi/pulumi-yaml",
    version: "v1.30.0",
    package: "cmd/pulumi-language-yaml",
};

/** The directory of pulumi-language-yaml, for PATH: where it is installed, else where it is built, once. */
export async function ensureYamlHost(): Promise<string> {
    const installed = await findOnPath(HOST.name);
    if (installed !== undefined) return join(installed, "..");
    const directory = cacheDir("engine", `yaml-${HOST.version}`);
    const lacking = `${HOST.name} is not on PATH, and there is no Go to build it: install Pulumi's CLI or Go`;
    await ensureBuilt(directory, [HOST], lacking);
    return directory;
}
