import type { Distribution } from "./artefacts/wanted";
import { outcome, run, LabError } from "./run";

/** Debian packages that the lab itself calls, each with a program that proves it installed. */
const packages: Record<string, string> = {
    debootstrap: "debootstrap",
    skopeo: "skopeo",
    curl: "curl",
    "busybox-static": "busybox",
    iproute2: "ip",
    iptables: "iptables",
    nftables: "nft",
    ipset: "ipset",
    conntrack: "conntrack",
    procps: "sysctl",
    mount: "losetup",
    "util-linux": "unshare",
    "openssh-client": "ssh",
    gcc: "gcc",
    "libc6-dev": "/usr/lib/x86_64-linux-gnu/libc.a",
    binutils: "strip",
    gnupg: "gpg",
    "apt-utils": "apt-ftparchive",
    "dnsmasq-base": "dnsmasq",
};

/** Those that pack and sign for hosts of the RHEL family. */
const rpmPackages: Record<string, string> = { rpm: "rpmbuild", "createrepo-c": "createrepo_c" };

async function missingPrograms(programs: string[]): Promise<string[]> {
    const missing: string[] = [];
    for (const program of programs) {
        const check = program.startsWith("/") ? `test -e ${program}` : `command -v ${program}`;
        if ((await outcome("sh", ["-c", check])).code !== 0) missing.push(program);
    }
    return missing;
}

/** What stands against running a lab on this machine, for people; undefined where nothing does. */
export async function unmetRequirement(): Promise<string | undefined> {
    if (process.platform !== "linux") {
        return `The lab needs Linux: its hosts are Linux namespaces, and this is ${process.platform}.`;
    }
    if (process.arch !== "x64") return `The lab builds for amd64 only, and this machine is ${process.arch}.`;
    if (process.getuid?.() !== 0) {
        return "The lab needs root, for namespaces, mounts and a bridge: run the command as root.";
    }
    if ((await missingPrograms(["apt-get"])).length > 0) {
        return "The lab needs apt (Debian or Ubuntu): its hosts are installed from the machine's own apt sources.";
    }
    return undefined;
}

/** What stands against building the lab's artefacts; undefined where nothing does. */
export async function missingToolchain(): Promise<string | undefined> {
    const { code, stdout } = await outcome("go", ["env", "GOVERSION"]);
    const found = code === 0 ? `this is ${stdout.trim()}` : "there is none on PATH";
    const [, major = 0, minor = 0] = /^go(\d+)\.(\d+)/.exec(stdout.trim()) ?? [];
    if (Number(major) > 1 || Number(minor) >= 21) return undefined;
    return `The lab needs Go 1.21 or later, to build Kubernetes from Go modules, and ${found}.`;
}

/** Checks the machine and installs the packages that the lab calls and that are missing. */
export async function ensureRequirements(
    say: (line: string) => void,
    distribution: Distribution = "debian",
): Promise<void> {
    const needed = distribution === "rhel" ? { ...packages, ...rpmPackages } : packages;
    const problem = await unmetRequirement();
    if (problem) throw new LabError(problem);
    const wanted = async () => {
        const missing = await missingPrograms(Object.values(needed));
        return Object.keys(needed).filter((name) => missing.includes(needed[name] ?? ""));
    };
    const names = await wanted();
    if (names.length === 0) return;
    say(`installing ${names.join(" ")}`);
    const env = { DEBIAN_FRONTEND: "noninteractive" };
    await run("apt-get", ["-qq", "update"], { env });
    await run("apt-get", ["-qq", "install", "--yes", "--no-install-recommends", ...names], { env });
    const still = await wanted();
    if (still.length > 0) {
        throw new LabError(`These packages are installed and their programs are not there: ${still.join(" ")}.`);
    }
}
