import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";

const prefix = "storage-test-";
const attached = new Set<string>();

/** A directory of this process's own. What killed processes have left of theirs, loop devices included, goes first. */
export function ownDirectory(): string {
    removeStrays();
    return mkdtempSync(path.join(tmpdir(), `${prefix}${process.pid}-`));
}

/** Removes a directory made by `ownDirectory`. */
export function removeDirectory(directory: string): void {
    rmSync(directory, { recursive: true, force: true });
}

function removeStrays(): void {
    const alive = (pid: string | undefined): boolean => existsSync(`/proc/${pid}`);
    const place = new RegExp(`/${prefix}(\\d+)-`);
    const devices = execFileSync("losetup", ["--list", "--noheadings", "--raw", "--output", "NAME,BACK-FILE"]);
    for (const line of devices.toString().split("\n")) {
        const pid = place.exec(line)?.[1];
        if (pid !== undefined && !alive(pid)) execFileSync("losetup", ["-d", line.split(" ")[0] ?? ""]);
    }
    for (const name of readdirSync(tmpdir())) {
        const pid = place.exec(`/${name}`)?.[1];
        if (pid !== undefined && !alive(pid)) rmSync(path.join(tmpdir(), name), { recursive: true, force: true });
    }
}

/** A raw loop device of so many megabytes; it goes with this process, should nobody detach it before. */
export function attach(file: string, megabytes: number): string {
    execFileSync("truncate", ["-s", `${megabytes}M`, file]);
    const device = execFileSync("losetup", ["-f", "--show", file], { encoding: "utf8" }).trim();
    if (attached.size === 0) process.once("exit", () => attached.forEach(detach));
    attached.add(device);
    return device;
}

/** Detaches a device made by `attach`. */
export function detach(device: string): void {
    if (attached.delete(device)) execFileSync("losetup", ["-d", device]);
}

/** The type of what is on a device, by its own bytes; nothing on a raw one. */
export function signatureOf(device: string): string {
    try {
        return execFileSync("blkid", ["-p", "-o", "value", "-s", "TYPE", device], { encoding: "utf8" }).trim();
    } catch {
        return "";
    }
}
