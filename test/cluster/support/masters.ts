import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import * as lab from "../../lab/api";
import { kubectl } from "./cluster";
import { type Answers, FOUR, Load } from "./load";

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

/** Requests that a worker makes all the time: of the API server by the endpoint of all masters, and of a Service. */
export interface Loads {
    api: Load;
    service: Load;
}

/** Makes the Service, of four Pods, and starts both. */
export async function startLoads(from: string): Promise<Loads> {
    await kubectl("apply -f -", FOUR);
    await kubectl("rollout status deployment/four --timeout 120s");
    const address = await kubectl("get service four -o 'jsonpath={.spec.clusterIP}'");
    const { endpoint } = await lab.labWorkspace().outputs();
    const often = { answer: 1, pause: 0.1 };
    const [api, service] = await Promise.all([
        Load.start("load-api", `${endpoint as string}/readyz`, from, often),
        Load.start("load-service", `http://${address}/`, from, often),
    ]);
    return { api, service };
}

/** Takes these hosts' power; in the 20 s behind it the API server is away for AWAY at most and the Service loses 1 % at most. */
export async function losePower(
    victims: string[],
    { api, service }: Loads,
): Promise<{ api: Answers; service: Answers }> {
    await Promise.all([api.forget(), service.forget()]);
    await sleep(1000);
    await Promise.all(victims.map((victim) => lab.killHost(victim)));
    await sleep(20_000);
    const [asked, served] = await Promise.all([api.answers(), service.answers()]);
    assert.ok(asked.longestGap <= AWAY, `the API server was away for ${asked.longestGap} s`);
    assert.ok(served.lost <= served.asked / 100, `${served.lost} of ${served.asked} requests to the Service were lost`);
    return { api: asked, service: served };
}
