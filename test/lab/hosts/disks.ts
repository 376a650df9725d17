import { existsSync } from "node:fs";
import { stateDir } from "../paths";
import { run } from "../run";

/** Size of a host's disk in GiB, of which only what is written takes room; Ceph refuses less than 5. */
const diskSize = 10;

const diskFile = (name: string) => stateDir("hosts", name, "disk");

async function deviceOf(file: string): Promise<string | undefined> {
    return (await run("losetup", ["--noheadings", "--output", "NAME", "--associated", file])).trim() || undefined;
}

/** Makes a raw disk for a host, a loop device, unless it has one; gives the device's path. */
export async function attachDisk(name: string): Promise<string> {
    const file = diskFile(name);
    if (!existsSync(file)) await run("truncate", ["-s", `${diskSize}G`, file]);
    return (await deviceOf(file)) ?? (await run("losetup", ["--find", "--show", file])).trim();
}

/** Takes a host's disk away; its content stays in the file. */
export async function detachDisk(name: string): Promise<void> {
    const device = await deviceOf(diskFile(name));
    if (device !== undefined) await run("losetup", ["--detach", device]);
}
