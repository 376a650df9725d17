import { networkImages } from "../../components/network";
import { ensureArtefacts } from "./artefacts/artefacts";
import { companionsOf } from "./artefacts/versions";
import { formatOf } from "./artefacts/wanted";
import { knownHosts } from "./hosts/host";
import { networkUp, startHosts } from "./hosts/lab-hosts";
import { pushImages } from "./mirror/images";
import { startMirror } from "./mirror/mirror";
import type { UpOptions } from "./options";
import { configFile } from "./paths";
import { ensureRequirements } from "./requirements";
import { elapsed, LabError } from "./run";
import { writeConfig } from "./stack-config";
import { labStorage, labStorageImages } from "./storage";
import { type HostSpec, labHosts } from "./topology";

/** Images that no package registry has, unless somebody brings them along. */
function publishedOnly({ network, storage, storageSettings }: UpOptions): string[] {
    if (process.env["LAB_IMAGES"]) return [];
    return [
        ...(network === "weave" ? networkImages({ addOn: "weave" }) : []),
        ...(storage === "rook" ? labStorageImages(storageSettings) : []),
    ];
}

/** Hosts, mirror and stack configuration, made or mended; gives the configuration's text without secrets. */
export async function hostsUp(options: UpOptions, say: (line: string) => void): Promise<string> {
    // Before anything is built or changed.
    companionsOf(options.kubernetes);
    await ensureRequirements(say, options.distribution);
    const things = {
        versions: [options.kubernetes],
        packages: options.install === "packages" ? formatOf(options.distribution) : undefined,
        distribution: options.distribution,
        runtimeArchive: options.containerd === "archive",
        metrics: options.metrics === "metrics-server",
        images: publishedOnly(options),
    };
    const { rootfs } = await ensureArtefacts(things, say);
    const began = Date.now();
    const hosts = labHosts(options.workers, options.proxy, options.masters).map((host): HostSpec =>
        options.distribution === "debian" ? host : { ...host, distribution: options.distribution },
    );
    const dressed = knownHosts().filter(({ distribution = "debian" }) => distribution !== options.distribution);
    if (dressed.length > 0) {
        const names = dressed.map((host) => host.name).join(", ");
        throw new LabError(`${names} were not made as ${options.distribution}: npm run lab:down first.`);
    }
    const otherwise = knownHosts().filter((host) => (host.behindProxy ?? false) !== options.proxy);
    if (otherwise.length > 0) {
        const names = otherwise.map((host) => host.name).join(", ");
        throw new LabError(`${names} ${options.proxy ? "have no" : "were made for a"} proxy: npm run lab:down first.`);
    }
    await networkUp();
    await Promise.all([startHosts(hosts, rootfs), startMirror(options.proxy).then(() => pushImages(say))]);
    const storage = options.storage === "rook" ? await labStorage(hosts, options.storageSettings, say) : undefined;
    if (!storage) {
        say("storage is left out; --storage rook adds it, with images from its publishers or from $LAB_IMAGES");
    }
    const config = await writeConfig({ ...options, hosts, storage });
    say(
        `hosts and mirror are up after ${elapsed(began)}: ${hosts.map((host) => `${host.name} ${host.address}`).join(", ")}`,
    );
    const wanted = new Set(hosts.map((host) => host.name));
    const others = knownHosts().filter((host) => !wanted.has(host.name));
    if (others.length > 0) say(`also up, and not in the configuration: ${others.map((host) => host.name).join(", ")}`);
    return config;
}

/** `npm run lab:hosts` */
export async function hostsCommand(options: UpOptions, say: (line: string) => void): Promise<void> {
    const config = await hostsUp(options, say);
    say(`stack configuration in ${configFile()}:`);
    say(config.trimEnd());
}
