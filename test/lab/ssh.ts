import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { hostKeyFolder, initPid, knownHost, knownHosts } from "./hosts/host";
import { readHostKey } from "./hosts/keys";
import { stateDir } from "./paths";
import { LabError, outcome, type Outcome, type RunOptions } from "./run";

const knownHostsFile = () => stateDir("ssh", "known_hosts");

/** Arguments of `ssh` that reach a host of the lab as its login user, its key checked. */
export function sshArguments(name: string): string[] {
    const host = knownHost(name);
    const lines = knownHosts().map((each) => `${each.address} ${readHostKey(hostKeyFolder(each.name))}\n`);
    writeFileSync(knownHostsFile(), lines.join(""));
    const options = {
        BatchMode: "yes",
        ConnectTimeout: "10",
        IdentitiesOnly: "yes",
        LogLevel: "ERROR",
        // A host whose plug was pulled is noticed after half a minute instead of never.
        ServerAliveInterval: "10",
        StrictHostKeyChecking: "yes",
        UserKnownHostsFile: knownHostsFile(),
        GlobalKnownHostsFile: "/dev/null",
    };
    return [
        // Nobody's own settings, whatever they are, change how the lab's hosts are reached.
        ...["-F", "/dev/null", "-i", stateDir("ssh", "id_ed25519")],
        ...Object.entries(options).flatMap(([key, value]) => ["-o", `${key}=${value}`]),
        `${host.user}@${host.address}`,
    ];
}

/** Runs a shell command on a host over SSH as its login user. Code 255 is SSH's own failure. */
export function onHost(name: string, command: string, options: RunOptions = {}): Promise<Outcome> {
    return outcome("ssh", [...sshArguments(name), command], options);
}

/** Runs a shell script as root inside a host, without SSH: no login is recorded, and no SSH server is needed. */
export function insideHost(name: string, script: string, options: RunOptions = {}): Promise<Outcome> {
    knownHost(name);
    const init = initPid(name);
    if (init === undefined) throw new LabError(`Host ${name} is off: npm run lab:host -- start ${name}`);
    // nsenter's own --wd would be looked up on the machine, and the machine's environment means nothing in there.
    const environment = ["HOME=/root", "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"];
    const inside = ["--target", String(init), "--all", "env", "-i", ...environment, "sh", "-s"];
    return outcome("nsenter", inside, { ...options, input: `cd /\n${script}` });
}

/** How many SSH logins with a key a host has accepted since it was made; power losses do not reset it. */
export async function sshLogins(name: string): Promise<number> {
    const count =
        "journalctl --sync; journalctl --unit=ssh --output=cat --no-pager | grep -c '^Accepted publickey' || true";
    const { stdout } = await insideHost(name, count);
    return Number(stdout.trim());
}

/** Hands the terminal to `ssh`; gives its exit code. */
export function sshTerminal(name: string, command: string[]): Promise<number> {
    const args = sshArguments(name);
    const target = args.pop() ?? "";
    const terminal = command.length === 0 && process.stdin.isTTY ? ["-t"] : [];
    const child = spawn("ssh", [...args, ...terminal, target, ...command], { stdio: "inherit" });
    return new Promise((resolve, reject) => {
        child.on("error", reject);
        child.on("close", (code) => resolve(code ?? 255));
    });
}
