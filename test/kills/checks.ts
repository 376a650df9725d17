import assert from "node:assert/strict";
import * as lab from "../lab/api";
import { command, editConfig, hostDigest, readyNodes } from "../cluster/support/cluster";
import { filesWith, labSecrets } from "../cluster/support/secrets";

export const HOSTS = ["master", "worker-1"];

/** `pulumi up` or `destroy` in one piece; gives its seconds, and fails with what it printed. */
export async function wholeRun(verb: "up" | "destroy"): Promise<number> {
    const began = Date.now();
    const { code, stdout, stderr } = await lab.labWorkspace()[verb]([], { timeout: 900 });
    assert.equal(code, 0, `pulumi ${verb} ended with ${code}:\n${stdout}\n${stderr}`);
    return (Date.now() - began) / 1000;
}

/** The cluster is whole: both nodes Ready, `verify` finds nothing, and no file but root's own holds a secret. */
export async function clusterIsWhole(): Promise<void> {
    assert.deepEqual((await readyNodes()).sort(), HOSTS);
    const { code, stdout, stderr } = await command("verify");
    assert.equal(code, 0, `verify ended with ${code}:\n${stdout}${stderr}`);
    const { onControlPlane, onNoHost, tokens } = await labSecrets();
    for (const host of HOSTS) {
        const forbidden = host === "master" ? onNoHost : [...onNoHost, ...onControlPlane];
        assert.deepEqual(await filesWith(host, [...forbidden, ...tokens]), [], `secrets on ${host}`);
        const open = (await filesWith(host, onControlPlane)).filter((file) => !/^0 [0-7]?[0-7]00 /.test(file));
        assert.deepEqual(open, [], `secrets on ${host} that others than root can read`);
    }
}

/** What a cluster could leave on the hosts, in one text. */
export async function digests(): Promise<string> {
    const all = await Promise.all(HOSTS.map(async (host) => `${host}\n${await hostDigest(host)}`));
    return all.join("\n");
}

/** Another value of a flag of the controller manager and of one of the API server. */
export function changeFlags(round: number): void {
    editConfig((config) => {
        const kubernetes = config.kubernetes as Record<string, { extraArgs: Record<string, string> }>;
        const { controllerManager, apiServer } = kubernetes;
        if (!controllerManager || !apiServer) throw new Error("the lab's configuration has no flags to change");
        controllerManager.extraArgs["horizontal-pod-autoscaler-sync-period"] = `${10 + round}s`;
        if (round % 2 === 0) apiServer.extraArgs["max-requests-inflight"] = String(400 + round);
    });
}

export function setVersion(version: string): void {
    editConfig((config) => {
        (config.kubernetes as Record<string, unknown>).version = version;
    });
}
