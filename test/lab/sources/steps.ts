import { chmodSync, existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { containerRuntime } from "../../../components/config/package-sources";
import { fullName, imageName } from "../../../components/releases/image-name";
import { METRICS_SERVER_IMAGE } from "../../../components/addons/metrics/images";
import { networkImages } from "../../../components/network";
import { kubeadmImages } from "../../../components/releases/kubeadm-images";
import { archiveOf } from "../artefacts/images";
import {
    packageOf,
    repositoryStep,
    rpmPackageOf,
    rpmRepositoryStep,
    runtimeVersions,
} from "../artefacts/package-sources";
import { cniArchiveFile, kubernetesDir, kubernetesPrograms, part } from "../artefacts/programs";
import type { Step } from "../artefacts/steps";
import { companionsOf, versions as pinned } from "../artefacts/versions";
import type { PackageFormat, Wanted } from "../artefacts/wanted";
import { writeWhole } from "../files";
import { cacheDir } from "../paths";
import { run } from "../run";
import { registrySite, type Site } from "./choose";
import { download, publishedSum } from "./download";
import { fetched, recordFetched } from "./fetched";
import { fetchImage } from "./image";
import { cniPlugins, containerd, etcd, kubernetesProgram, type Published, type Publishers, runc } from "./publishers";

/** What every step of these knows. */
export interface Setting {
    from: Publishers;
    /** True = what the cache has from another source does not count. */
    insist: boolean;
    say: (line: string) => void;
}

/** Downloads a publisher's file and gives its sum. */
export async function take(offer: Published, file: string, { from, say }: Omit<Setting, "insist">): Promise<string> {
    const pin = from.sums[offer.key];
    const sum = pin ?? (await publishedSum(offer.sums, offer.url));
    await download({ url: offer.url, file, sum, origin: pin ? "pinned" : "published" });
    if (!pin) say(`held to the publisher's own sum, for test/lab/sources/pins.json: "${offer.key}": "${sum}"`);
    return sum;
}

/** A step that takes a file which the hosts get with its sum beside it. */
const servedStep = (title: string, offer: Published, file: string, setting: Setting): Step => ({
    title,
    verb: "taking",
    done: () => existsSync(file) && !(setting.insist && !fetched(title)),
    make: async () => {
        const sum = await take(offer, file, setting);
        writeWhole(`${file}.sha256`, sum);
        // Tests run the programs where they are.
        chmodSync(file, 0o755);
        recordFetched(title, { file, from: offer.url, sum });
    },
});

/** Programs of Kubernetes: those that hosts install, and those that tests ask and start. */
function programSteps(version: string, all: boolean, setting: Setting): Step[] {
    const installed = ["kubeadm", "kubelet", "kubectl"];
    return kubernetesPrograms
        .filter((name) => all || installed.includes(name))
        .map((name) => {
            const offer = kubernetesProgram(setting.from, name, version);
            return servedStep(`${name} v${version}`, offer, join(kubernetesDir(version), name), setting);
        });
}

/** etcd for the tests that start an API server without a cluster. */
function etcdStep(kubernetes: string, setting: Setting): Step {
    const version = companionsOf(kubernetes).etcd.split("-")[0] ?? "";
    const folder = part(`etcd-v${version}`);
    const names = ["etcd", "etcdctl", "etcdutl"];
    const titles = names.map((name) => `${name} v${version}`);
    const offer = etcd(setting.from, version);
    const archive = cacheDir("downloads", "etcd.tar.gz");
    return {
        title: titles[0] ?? "",
        verb: "taking",
        done: () =>
            names.every((name) => existsSync(join(folder, name))) &&
            !(setting.insist && titles.some((title) => !fetched(title))),
        make: async () => {
            const sum = await take(offer, archive, setting);
            mkdirSync(folder, { recursive: true });
            const members = names.map((name) => `etcd-v${version}-linux-amd64/${name}`);
            const unpack = ["--strip-components=1", "--no-same-owner", "--unlink-first"];
            await run("tar", ["-xzf", archive, "-C", folder, ...unpack, ...members]);
            rmSync(archive);
            for (const [index, title] of titles.entries()) {
                recordFetched(title, { file: join(folder, names[index] ?? ""), from: offer.url, sum });
            }
        },
    };
}

/** An image, as a docker-archive among those that the lab built. */
export function imageStep(image: string, setting: Setting): Step {
    const title = `image ${image}`;
    const archive = archiveOf(image);
    return {
        title,
        verb: "taking",
        done: () => existsSync(archive) && !(setting.insist && !fetched(title)),
        make: async () => {
            const { reference, digest, pinned: held } = await fetchImage(image, archive, setting.from);
            recordFetched(title, { file: archive, from: reference, sum: digest });
            if (!held) setting.say(`as its registry has it, for test/lab/sources/pins.json: "${image}": "${digest}"`);
        },
    };
}

/** containerd and runc in the layout of their releases, as the hosts ask for them. */
function runtimeStep(setting: Setting): Step {
    const title = "release archives of containerd and runc";
    const record = runtimeVersions();
    // Those that a stack's configuration has without being asked.
    const { version, runcVersion } = containerRuntime.parse({});
    const site = (...below: string[]) => cacheDir("site", ...below);
    return {
        title,
        verb: "taking",
        done: () => existsSync(record) && !(setting.insist && !fetched(title)),
        make: async () => {
            const offers = [
                [containerd(setting.from, version), site("containerd", `v${version}`)],
                [runc(setting.from, runcVersion), site("runc", runcVersion)],
            ] as const;
            for (const [offer, folder] of offers) {
                const nameOf = (url: string) => url.slice(url.lastIndexOf("/") + 1);
                const sum = await take(offer, join(folder, nameOf(offer.url)), setting);
                writeWhole(join(folder, nameOf(offer.sums)), `${sum}  ${nameOf(offer.url)}\n`);
            }
            writeWhole(record, `${version} ${runcVersion}\n`);
            recordFetched(title, { file: record, from: offers[0][0].url, sum: "" });
        },
    };
}

/** Kubernetes' programs and the plug-ins, packed as pkgs.k8s.io has them. */
function packagesStep(version: string, format: PackageFormat, setting: Setting): Step {
    const plugins = part(`cni-plugins-${pinned.cniPlugins}-published`);
    const step = format === "rpm" ? rpmRepositoryStep(version, plugins) : repositoryStep(version, plugins);
    const file = format === "rpm" ? rpmPackageOf(version) : packageOf(version);
    return {
        ...step,
        done: () => step.done() && !(setting.insist && !fetched(step.title)),
        make: async (scratch) => {
            mkdirSync(plugins, { recursive: true });
            const archive = cniArchiveFile(pinned.cniPlugins);
            await run("tar", ["-xzf", archive, "-C", plugins, "--no-same-owner", "--unlink-first"]);
            await step.make(scratch);
            recordFetched(step.title, { file, from: "the publishers' programs", sum: "" });
        },
    };
}

/** Whether images are missing that only publishers have. */
export const lacksImages = ({ images }: Wanted) =>
    images.some((image) => !existsSync(archiveOf(fullName(imageName(image)))));

/** The images of a lab, by their full names. */
export function publishedImages({ versions, images, metrics }: Wanted): string[] {
    const all = [
        ...versions.flatMap((version) => kubeadmImages(`v${version}`, "registry.k8s.io") ?? []),
        ...networkImages({ addOn: "flannel" }),
        ...(metrics ? [METRICS_SERVER_IMAGE] : []),
        ...images,
    ];
    return [...new Set(all.map((image) => fullName(imageName(image))))];
}

/** The sites that these steps need, each with a small answer that shows that it is there. */
export function sitesOf(wanted: Wanted, from: Publishers): Site[] {
    const [version = pinned.kubernetes] = wanted.versions;
    const registries = new Set(publishedImages(wanted).map((image) => imageName(image).registry));
    return [
        { name: "dl.k8s.io", url: kubernetesProgram(from, "kubeadm", version).sums, kind: "sums" },
        { name: "github.com", url: cniPlugins(from, pinned.cniPlugins).sums, kind: "sums" },
        ...[...registries].map((registry) => registrySite(from, registry)),
    ];
}

/** Takes from the publishers what `moduleSteps` builds, and images that nothing here can build. */
export function publisherSteps(wanted: Wanted, setting: Setting): Step[] {
    const cni = cniPlugins(setting.from, pinned.cniPlugins);
    const archive = cniArchiveFile(pinned.cniPlugins);
    return [
        ...wanted.versions.flatMap((version) => programSteps(version, wanted.tests ?? false, setting)),
        servedStep(`archive of CNI plug-ins ${pinned.cniPlugins}`, cni, archive, setting),
        ...publishedImages(wanted).map((image) => imageStep(image, setting)),
        ...(wanted.tests ? wanted.versions.map((version) => etcdStep(version, setting)) : []),
        ...wanted.versions.flatMap((version) =>
            wanted.packages ? [packagesStep(version, wanted.packages, setting)] : [],
        ),
        ...(wanted.runtimeArchive ? [runtimeStep(setting)] : []),
    ];
}
