import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { cacheDir } from "../paths";
import { run } from "../run";
import { kubernetesDir, part } from "./programs";
import type { Step } from "./steps";
import { versions } from "./versions";
import type { PackageFormat } from "./wanted";

/** Where the packages of a Kubernetes version are on the mirror site, in the layout of pkgs.k8s.io. */
const repositoryDir = (version: string, format: PackageFormat = "deb") =>
    cacheDir("site", "core:", "stable:", `v${minorOf(version)}`, format);

const minorOf = (version: string) => version.split(".").slice(0, 2).join(".");

/** A package that is there when all of them are. */
export const packageOf = (version: string) => join(repositoryDir(version), `kubelet_${version}-1.1_amd64.deb`);

/** The same of RPM packages. */
export const rpmPackageOf = (version: string) =>
    join(repositoryDir(version, "rpm"), "x86_64", `kubelet-${version}-150500.1.1.x86_64.rpm`);

/** The public key of that repository, in armoured form. */
export const repositoryKey = (version: string, format: PackageFormat) =>
    readFileSync(
        join(repositoryDir(version, format), format === "rpm" ? "repodata/repomd.xml.key" : "Release.key"),
        "utf8",
    );

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

/** The versions of a minor release whose programs the cache has, and that one. */
function versionsBeside(version: string): string[] {
    const beside = existsSync(cacheDir("site")) ? readdirSync(cacheDir("site")) : [];
    const whole = beside
        .map((name) => name.replace(/^v/, ""))
        .filter((other) => /^\d+\.\d+\.\d+$/.test(other) && minorOf(other) === minorOf(version))
        .filter((other) => packed.every((name) => existsSync(join(kubernetesDir(other), name))));
    return [...new Set([...whole, version])].sort();
}

/** The programs that have packages of their own. */
const packed = ["kubeadm", "kubelet", "kubectl"];

/**
 * The step that packs Kubernetes as RPM packages: every version of the minor release that the cache has, as the publisher's
 * repository has them, so that a cluster can be upgraded from it.
 * @param plugins the directory of the CNI plug-ins
 */
export function rpmRepositoryStep(version: string, plugins = part(`cni-plugins-${versions.cniPlugins}`)): Step {
    return {
        title: `RPM repository of Kubernetes ${minorOf(version)}, with ${version}`,
        done: () => versionsBeside(version).every((each) => existsSync(rpmPackageOf(each))),
        make: async () => {
            const out = repositoryDir(version, "rpm");
            mkdirSync(join(out, ".."), { recursive: true });
            const each = versionsBeside(version).map((one) => `${one}=${kubernetesDir(one)}`);
            await run(join(__dirname, "rpm-repository.sh"), [out, versions.cniPlugins, plugins, ...each]);
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
