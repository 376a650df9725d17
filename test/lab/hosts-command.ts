import { ensureArtefacts } from "./artefacts/artefacts";
import { companionsOf } from "./artefacts/versions";
import { knownHosts } from "./hosts/host";
import { networkUp, startHosts } from "./hosts/lab-hosts";
import { pushImages } from "./mirror/images";
import { startMirror } from "./mirror/mirror";
import type { UpOptions } from "./options";
import { configFile } from "./paths";
import { ensureRequirements } from "./requirements";
import { elapsed, LabError } from "./run";
import { writeConfig } from "./stack-config";
import { labStorage } from "./storage";
import { labHosts } from "./topology";

/** Hosts, mirror and stack configuration, made or mended; gives the configuration's text without secrets. */
export async function hostsUp(options: UpOptions, say: (line: string) => void): Promise<string> {
    // Before anything is built or changed.
    companionsOf(options.kubernetes);
    await ensureRequirements(say);
    const { rootfs } = await ensureArtefacts([options.kubernetes], say, {
        packages: options.install === "packages",
        runtimeArchive: options.containerd === "archive",
        metrics: options.metrics === "metrics-server",
    });
    const began = Date.now();
    const hosts = labHosts(options.workers, options.proxy, options.masters);
    const otherwise = knownHosts().filter((host) => (host.behindProxy ?? false) !== options.proxy);
    if (otherwise.length > 0) {
        const names = otherwise.map((host) => host.name).join(", ");
        throw new LabError(`${names} ${options.proxy ? "have no" : "were made for a"} proxy: npm run lab:down first.`);
    }
    await networkUp();
    await Promise.all([startHosts(hosts, rootfs), startMirror(options.proxy).then(() => pushImages(say))]);
    const storage = options.storage === "rook" ? await labStorage(hosts, options.storageSettings, say) : undefined;
    if (!storage) {
        say("storage is left out: no package registry has its images; --storage rook takes them from $LAB_IMAGES");
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
