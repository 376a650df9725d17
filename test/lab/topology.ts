import type { Distribution } from "./artefacts/wanted";

/** The lab's network: one bridge on the machine, the hosts behind it. */
export const network = {
    bridge: "kclab0",
    /** The machine's own address on the bridge: the hosts' gateway, and where the mirror listens. */
    gateway: "10.77.0.1",
    prefixLength: 24,
    registryPort: 5000,
    sitePort: 8080,
    proxyPort: 3128,
} as const;

export const registryUrl = `http://${network.gateway}:${network.registryPort}`;
export const siteUrl = `http://${network.gateway}:${network.sitePort}`;
export const proxyUrl = `http://${network.gateway}:${network.proxyPort}`;

/** One local host. */
export interface HostSpec {
    name: string;
    role: "control-plane" | "worker";
    address: string;
    /** Login user. Whoever is not root has sudo without password, and root's login is closed on that host. */
    user: string;
    /** True = nothing but the other hosts and the lab's proxy can be reached from it. */
    behindProxy?: boolean;
    /** What it is dressed as. Default: debian. */
    distribution?: Distribution;
}

/** The API server's address where there are several masters. */
export const virtualAddress = "10.77.0.9";

/** Numbers of masters that a cluster can have. */
export const masterCounts = [1, 3, 5];

/** 10.77.0.11 is worker-1; the last address below the broadcast address bounds the count. */
export const maxWorkers = 100;

/**
 * The hosts of a lab with that many workers, and masters behind all of these addresses: master, master-2, master-3.
 * worker-1 is reached as `admin` and the others as root, so that both ways of becoming root are used by everything that
 * runs against the lab.
 */
export function labHosts(workers: number, behindProxy = false, masters = 1): HostSpec[] {
    const cut = behindProxy ? { behindProxy } : {};
    const hosts: HostSpec[] = [{ name: "master", role: "control-plane", address: "10.77.0.10", user: "root", ...cut }];
    for (let n = 2; n <= masters; n++) {
        const address = `10.77.0.${10 + maxWorkers + n}`;
        hosts.push({ name: `master-${n}`, role: "control-plane", address, user: "root", ...cut });
    }
    for (let n = 1; n <= workers; n++) {
        hosts.push({
            name: `worker-${n}`,
            role: "worker",
            address: `10.77.0.${10 + n}`,
            user: n === 1 ? "admin" : "root",
            ...cut,
        });
    }
    return hosts;
}
