import assert from "node:assert/strict";
import * as lab from "../../../lab/api";
import { kubectl } from "./cluster";

/** The nodes of the lab's control plane of three, the first one first. */
export const MASTERS = ["master", "master-2", "master-3"];
/** All nodes of that cluster. */
export const NODES = [...MASTERS, "worker-1", "worker-2"];
/** Seconds that the API server may be away when the host dies that has the address. */
export const AWAY = 10;

/** The masters that have the virtual address. */
export async function holders(): Promise<string[]> {
    const running = lab.knownHosts().filter(({ name }) => MASTERS.includes(name) && lab.isRunning(name));
    const found = await Promise.all(
        running.map(async ({ name }) => {
            const { stdout } = await lab.insideHost(name, `ip -4 -o address show to ${lab.virtualAddress}`);
            return stdout.trim() === "" ? [] : [name];
        }),
    );
    return found.flat();
}

const ETCDCTL =
    "etcdctl --cacert /etc/kubernetes/pki/etcd/ca.crt --cert /etc/kubernetes/pki/etcd/server.crt --key /etc/kubernetes/pki/etcd/server.key";

/** Names of etcd's members, each healthy; asked by one of them. */
export async function members(by = "master"): Promise<string[]> {
    const etcd = (command: string) => kubectl(`-n kube-system exec etcd-${by} -- ${ETCDCTL} ${command}`, "", by);
    const list = (await etcd("member list")).split("\n").map((line) => line.split(", "));
    const health = await etcd("endpoint health --cluster 2>&1");
    assert.equal(health.split("\n").filter((line) => line.includes("is healthy")).length, list.length, health);
    return list.map(([, , name = ""]) => name).sort();
}

/** A preview finds nothing to do. */
export async function nothingToChange(): Promise<void> {
    const { stdout } = await lab.labWorkspace().preview();
    assert.match(stdout, /Resources:\n\s+\d+ unchanged\n/);
}
