import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { cacheDir } from "../paths";
import { run } from "../run";
import { kubernetesDir, part } from "./programs";
import type { Step } from "./steps";
import { versions } from "./versions";

/** Where the packages of a Kubernetes version are on the mirror site, in the layout of pkgs.k8s.io. */
const repositoryDir = (version: string) =>
    cacheDir("site", "core:", "stable:", `v${version.split(".").slice(0, 2).join(".")}`, "deb");

/** A package that is there when all of them are. */
export const packageOf = (version: string) => join(repositoryDir(version), `kubelet_${version}-1.1_amd64.deb`);

/** The public key of that repository, in armoured form. */
export const repositoryKey = (version: string) => readFileSync(join(repositoryDir(version), "Release.key"), "utf8");

/**
 * The step that packs a Kubernetes version as Debian packages: the last version of a minor release that was asked for.
 * @param plugins the directory of the CNI plug-ins
 */
export function repositoryStep(version: string, plugins = part(`cni-plugins-${versions.cniPlugins}`)): Step {
    const out = repositoryDir(version);
    const cni = versions.cniPlugins;
    return {
        title: `package repository of Kubernetes ${version}`,
        done: () => existsSync(packageOf(version)),
        make: async () => {
            mkdirSync(join(out, ".."), { recursive: true });
            const script = join(__dirname, "package-repository.sh");
            await run(script, [out, version, kubernetesDir(version), cni, plugins]);
        },
    };
}

/** The file that names them, written last. */
export const runtimeVersions = () => cacheDir("site", "containerd", "versions");

/** The releases of containerd and runc that the mirror site has. */
export function archivedRuntime(): { containerd: string; runc: string } {
    const [containerd = "", runc = ""] = readFileSync(runtimeVersions(), "utf8").trim().split(" ");
    return { containerd, runc };
}

/** The step that lays containerd and runc on the mirror site in the layout of their releases. */
export function runtimeArchiveStep(): Step {
    return {
        title: "release archives of containerd and runc",
        done: () => existsSync(runtimeVersions()),
        make: async () => {
            mkdirSync(cacheDir("site"), { recursive: true });
            await run(join(__dirname, "containerd-archive.sh"), [cacheDir("site")]);
        },
    };
}
