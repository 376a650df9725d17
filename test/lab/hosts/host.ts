import { randomBytes, randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { daemonPid, endProcess, startDaemon } from "../daemon";
import { writeWhole } from "../files";
import { stateDir } from "../paths";
import { LabError, lastWords, outcome, pause, run, until } from "../run";
import { type HostSpec, network } from "../topology";
import { detachDisk } from "./disks";
import { hostKey } from "./keys";
import { hostResolver } from "./resolver";

/** How long a host may take from its start to the first word of its SSH server, in milliseconds. */
const bootPatience = 60_000;
/** How long a clean shutdown may take before the plug is pulled, in milliseconds. */
const shutdownPatience = 15_000;

const hostDir = (name: string, ...below: string[]) => stateDir("hosts", name, ...below);
const pidFile = (name: string) => hostDir(name, "pid");

/** The hosts that were made and not removed, running or not, in the order of their addresses. */
export function knownHosts(): HostSpec[] {
    if (!existsSync(stateDir("hosts"))) return [];
    return readdirSync(stateDir("hosts"))
        .filter((name) => existsSync(hostDir(name, "spec.json")))
        .map((name) => JSON.parse(readFileSync(hostDir(name, "spec.json"), "utf8")) as HostSpec)
        .sort((a, b) => Number(a.address.split(".")[3]) - Number(b.address.split(".")[3]));
}

/** That host; an error that lists the others where there is no such host. */
export function knownHost(name: string): HostSpec {
    const hosts = knownHosts();
    const found = hosts.find((host) => host.name === name);
    if (found) return found;
    const names = hosts.map((host) => host.name).join(", ");
    throw new LabError(
        `There is no host "${name}" in the lab: ${names ? `it has ${names}.` : "start it with npm run lab:hosts."}`,
    );
}

/** Where the host's SSH key is. */
export const hostKeyFolder = (name: string) => hostDir(name, "etc", "ssh");

export const isRunning = (name: string) => daemonPid(pidFile(name)) !== undefined;

/** The pid, seen from the machine, of the host's systemd; undefined when the host is off. */
export function initPid(name: string): number | undefined {
    const outer = daemonPid(pidFile(name));
    if (outer === undefined) return undefined;
    try {
        const child = readFileSync(`/proc/${outer}/task/${outer}/children`, "utf8").trim().split(" ")[0];
        return child ? Number(child) : undefined;
    } catch {
        return undefined;
    }
}

/** What makes a host itself and no other, laid ready for its first boot. */
async function makeHost(spec: HostSpec, base: string, loginKey: string): Promise<void> {
    if (existsSync(hostDir(spec.name, "spec.json"))) return;
    const etc = hostDir(spec.name, "etc");
    await hostKey(join(etc, "ssh"), spec.name);
    writeFileSync(join(etc, "hostname"), `${spec.name}\n`);
    writeFileSync(join(etc, "hosts"), `127.0.0.1 localhost\n127.0.1.1 ${spec.name}\n::1 localhost ip6-localhost\n`);
    writeFileSync(join(etc, "resolv.conf"), hostResolver(network.gateway));
    writeFileSync(hostDir(spec.name, "machine-id"), `${randomBytes(16).toString("hex")}\n`);
    writeFileSync(hostDir(spec.name, "product_uuid"), `${randomUUID()}\n`);
    writeFileSync(hostDir(spec.name, "authorized_keys"), `${loginKey}\n`);
    writeFileSync(hostDir(spec.name, "base"), base);
    writeWhole(hostDir(spec.name, "spec.json"), JSON.stringify(spec));
}

/**
 * Boots a host and waits for its SSH server; a host that is up is left alone.
 * `made` says what the host is made from the first time: root file system and public login key.
 */
export async function startHost(spec: HostSpec, made: { base: string; loginKey: string }): Promise<void> {
    mkdirSync(hostDir(spec.name), { recursive: true });
    await makeHost(spec, made.base, made.loginKey);
    await powerOn(spec);
}

/** Boots a host that was made before and waits for its SSH server; a host that is up is left alone. */
export async function powerOn(spec: HostSpec): Promise<void> {
    if (!isRunning(spec.name)) await removeCgroups(spec.name);
    startDaemon({
        kind: `host-${spec.name}`,
        pidFile: pidFile(spec.name),
        logFile: hostDir(spec.name, "boot.log"),
        command: join(__dirname, "boot-host.sh"),
        args: [],
        env: {
            HOST_NAME: spec.name,
            HOST_DIR: hostDir(spec.name),
            HOST_BASE: readFileSync(hostDir(spec.name, "base"), "utf8"),
            HOST_ADDRESS: `${spec.address}/${network.prefixLength}`,
            HOST_GATEWAY: network.gateway,
            HOST_BRIDGE: network.bridge,
            HOST_USER: spec.user,
            HOST_PROXY_PORT: spec.behindProxy ? String(network.proxyPort) : "",
        },
    });
    const end = Date.now() + bootPatience;
    while (!(await answersSsh(spec.address))) {
        const off = !isRunning(spec.name);
        if (!off && Date.now() < end) {
            await pause(100);
            continue;
        }
        const said = lastWords(readFileSync(hostDir(spec.name, "boot.log"), "utf8"));
        const what = off ? "went off while booting" : `has no SSH server after ${bootPatience / 1000} s`;
        throw new LabError(
            `Host ${spec.name} ${what}: ${said || "no message"} (see ${hostDir(spec.name, "boot.log")})`,
        );
    }
}

/** Whether an SSH server greets at that address within a second. */
function answersSsh(address: string): Promise<boolean> {
    return new Promise((resolve) => {
        const socket = connect({ host: address, port: 22 });
        const answer = (yes: boolean) => {
            socket.destroy();
            resolve(yes);
        };
        socket.setTimeout(1000, () => answer(false));
        socket.on("error", () => answer(false));
        socket.on("close", () => answer(false));
        socket.once("data", (greeting) => answer(greeting.toString("latin1").startsWith("SSH-")));
    });
}

async function removeCgroups(name: string): Promise<void> {
    await run(join(__dirname, "cgroups.sh"), [name]);
}

/** Shuts a host down in good order; its disk stays. The plug is pulled when it takes longer than 15 s. */
export async function stopHost(name: string): Promise<void> {
    const init = initPid(name);
    if (init !== undefined) {
        // SIGRTMIN+4 asks systemd for poweroff.target. Node knows no real-time signals by name.
        await outcome("kill", ["-s", "RTMIN+4", String(init)]);
        await until(() => !isRunning(name), shutdownPatience);
    }
    await killHost(name);
}

/** Pulls a host's plug; its disk stays. */
export async function killHost(name: string): Promise<void> {
    const outer = daemonPid(pidFile(name));
    if (outer !== undefined) await endProcess(outer, 0);
    rmSync(pidFile(name), { force: true });
    await removeCgroups(name);
    await run(join(__dirname, "loop-devices.sh"), [hostDir(name)]);
}

/** Pulls a host's plug and throws its disk away. */
export async function removeHost(name: string): Promise<void> {
    await killHost(name);
    await detachDisk(name);
    rmSync(hostDir(name), { recursive: true, force: true });
}
