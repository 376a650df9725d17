import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { endProcess, labProcesses } from "./daemon";
import { stateDir } from "./paths";
import { outcome, run } from "./run";
import { network } from "./topology";

const cgroupRoot = "/sys/fs/cgroup";

/** Names of hosts that still have a cgroup, in any hierarchy. */
function cgroupHosts(): string[] {
    const folders = [cgroupRoot, ...readdirSync(cgroupRoot).map((name) => join(cgroupRoot, name))];
    const names = new Set<string>();
    for (const folder of folders) {
        let entries: string[] = [];
        try {
            entries = readdirSync(folder);
        } catch {
            continue; // a file, or a cgroup that went meanwhile
        }
        for (const entry of entries) {
            const name = /^lab-((?:master|worker)(?:-\d+)?)$/.exec(entry)?.[1];
            if (name) names.add(name);
        }
    }
    return [...names];
}

/** What a lab has left on the machine, one line each, in words for people; empty after `lab:down`. */
export async function leftovers(): Promise<string[]> {
    const found: string[] = [];
    for (const { pid, kind } of labProcesses()) found.push(`process ${pid} (${kind})`);
    for (const name of cgroupHosts()) found.push(`cgroup lab-${name}`);
    const links = await outcome("ip", ["-o", "link"]);
    for (const [, name] of links.stdout.matchAll(/^\d+: ([^:@]+)/gm)) {
        if (name === network.bridge || name?.startsWith("kc-")) found.push(`network device ${name}`);
    }
    const rules = await outcome("iptables-save", []);
    for (const rule of rules.stdout.split("\n")) if (rule.includes("kubeadm-cluster-lab")) found.push(`rule ${rule}`);
    for (const line of readFileSync("/proc/self/mounts", "utf8").split("\n")) {
        const place = line.split(" ")[1] ?? "";
        if (place.startsWith(`${stateDir()}/`)) found.push(`mount ${place}`);
    }
    const loops = await outcome("losetup", ["--list", "--noheadings", "--raw", "--output", "NAME,BACK-FILE"]);
    for (const line of loops.stdout.split("\n")) if (line.includes(`${stateDir()}/`)) found.push(`loop device ${line}`);
    if (existsSync(stateDir())) found.push(`directory ${stateDir()}`);
    return found;
}

/** Ends the processes and removes the cgroups of labs whose records are lost. */
export async function removeStrays(): Promise<void> {
    await Promise.all(labProcesses().map(({ pid }) => endProcess(pid, 0)));
    for (const name of cgroupHosts()) await run(join(__dirname, "hosts", "cgroups.sh"), [name]);
}
