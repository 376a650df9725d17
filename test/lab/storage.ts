import { existsSync, readFileSync } from "node:fs";
import { storageImages } from "../../components/storage/images";
import { storageSchema } from "../../components/config/storage-schema";
import { attachDisk } from "./hosts/disks";
import { isServed } from "./mirror/images";
import { releasesDir } from "./paths";
import { LabError, outcome } from "./run";
import { insideHost } from "./ssh";
import type { HostSpec } from "./topology";

/** Settings as in the key `storage` of a stack's configuration. */
export type StorageSettings = Record<string, unknown>;

const isObject = (value: unknown): value is StorageSettings =>
    typeof value === "object" && value !== null && !Array.isArray(value);

/** The value of --storage-settings: an object in JSON, or a file that holds one. */
export function readSettings(text: string): StorageSettings {
    const inline = text.trimStart().startsWith("{");
    if (!inline && !existsSync(text)) throw new LabError(`--storage-settings names ${text}, which does not exist.`);
    try {
        const parsed: unknown = JSON.parse(inline ? text : readFileSync(text, "utf8"));
        if (isObject(parsed)) return parsed;
    } catch (error) {
        throw new LabError(`--storage-settings is no JSON: ${(error as Error).message}`);
    }
    throw new LabError("--storage-settings takes an object, such as '{\"waitSeconds\": 600}'.");
}

/** Settings over others: objects are merged, everything else takes the place of what was there. */
export function merged(below: StorageSettings, above: StorageSettings): StorageSettings {
    const result = { ...below };
    for (const [key, value] of Object.entries(above)) {
        const under = result[key];
        result[key] = isObject(under) && isObject(value) ? merged(under, value) : value;
    }
    return result;
}

/** Whether this machine's kernel, which is that of all hosts, has a module or can load it. */
async function kernelHas(module: string): Promise<boolean> {
    return (
        existsSync(`/sys/module/${module}`) || (await outcome("modprobe", ["--dry-run", "--quiet", module])).code === 0
    );
}

/** What a lab sets beside the devices: small, proven, and gone with its data. */
export function defaultSettings(kernel: { rbd: boolean; ceph: boolean }): StorageSettings {
    const manifests = releasesDir("rook-1.16.1");
    return {
        addOn: "rook",
        ...(existsSync(manifests) ? { manifests } : {}),
        destroyData: true,
        profile: "small",
        operator: { allowLoopDevices: true, csi: { rbd: kernel.rbd, kernelCephfs: kernel.ceph } },
        ceph: { monCount: 1, mgrCount: 1 },
        blockPool: { enabled: kernel.rbd },
        proof: { enabled: true },
    };
}

/** Gives a running host a disk of its own; gives the device's path in the host. */
async function giveDisk(host: string): Promise<string> {
    const device = await attachDisk(host);
    // A host makes the node of its disk when it boots; this one was given its disk after that.
    const minor = device.replace("/dev/loop", "");
    const { code, stderr } = await insideHost(host, `test -b ${device} || mknod -m 660 ${device} b 7 ${minor}`);
    if (code !== 0) throw new LabError(`${host} cannot have the disk ${device}: ${stderr.trim()}`);
    return device;
}

/** The images that the storage of a lab pulls; none where its settings are such that the program refuses them. */
export function labStorageImages(given: StorageSettings): string[] {
    const { data } = storageSchema.safeParse(merged(defaultSettings({ rbd: true, ceph: true }), given));
    return data?.addOn === "rook" ? storageImages(data) : [];
}

/** The storage of a lab: a loop device on each worker, or on the master alone, and the settings given over its own. */
export async function labStorage(
    hosts: HostSpec[],
    given: StorageSettings,
    say: (line: string) => void,
): Promise<StorageSettings> {
    const kernel = { rbd: await kernelHas("rbd"), ceph: await kernelHas("ceph") };
    if (!kernel.rbd) say("this kernel has no rbd: block volumes are left out");
    if (!kernel.ceph) say("this kernel has no ceph: file volumes are mounted by ceph-fuse");
    const workers = hosts.filter(({ role }) => role === "worker");
    const nodes = await Promise.all(
        (workers.length > 0 ? workers : hosts).map(async ({ name }) => ({ name, devices: [await giveDisk(name)] })),
    );
    const settings = merged({ ...defaultSettings(kernel), nodes }, given);
    const { image } = { image: "quay.io/ceph/ceph:v19.2.0", ...(settings.ceph as { image?: string }) };
    const missing: string[] = [];
    for (const name of ["docker.io/rook/ceph:v1.16.1", image]) if (!(await isServed(name))) missing.push(name);
    if (missing.length > 0) {
        say(`not in the lab's registry, so the hosts must be able to pull it from its own: ${missing.join(", ")}`);
    }
    return settings;
}

/** What keeps the storage's Pods from running, one line each; empty where nothing does or nobody can tell. */
export async function storageTrouble(): Promise<string[]> {
    const each =
        '{range .items[*]}{.metadata.name}{": "}{.status.phase}{range .status..state.waiting}{", "}{.reason}{" "}{.message}{end}{"\\n"}{end}';
    const kubectl = "KUBECACHEDIR=/run/kubectl-cache kubectl --kubeconfig /etc/kubernetes/admin.conf";
    const { stdout } = await insideHost("master", `${kubectl} -n rook-ceph get pods -o jsonpath='${each}'`);
    return stdout.split("\n").filter((line) => line !== "" && !/: (Running|Succeeded)$/.test(line));
}
