import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { after, before, test } from "node:test";
import * as yaml from "yaml";
import * as lab from "../../lab/api";
import type { Result } from "../../lab/engine";
import { kubectl, labCommand } from "./support/cluster";
import { FOUR, Load } from "./support/load";

/** Seconds that a change of settings may take, and that the API server may be away for one. */
const LIMIT = 45;

interface Settings {
    version: string;
    apiServer: { extraArgs: Record<string, string> };
    controllerManager: { extraArgs: Record<string, string> };
}

let api: Load;
let service: Load;

/** `pulumi up` with other settings of Kubernetes, and how many seconds it took. */
async function upWith(change: (settings: Settings) => void): Promise<Result & { seconds: number }> {
    const file = yaml.parse(readFileSync(lab.configFile(), "utf8")) as { config: Record<string, Settings> };
    change(file.config["kubeadm-cluster:kubernetes"] as Settings);
    writeFileSync(lab.configFile(), yaml.stringify(file));
    const began = Date.now();
    const result = await lab.labWorkspace().up();
    return { ...result, seconds: (Date.now() - began) / 1000 };
}

async function nothingToChange(): Promise<void> {
    const { code, stdout, stderr } = await lab.labWorkspace().preview();
    assert.equal(code, 0, stdout + stderr);
    assert.match(stdout, /Resources:\n\s+\d+ unchanged\n/);
}

const flagsOf = (component: string) =>
    kubectl(`-n kube-system get pod ${component}-master -o 'jsonpath={.spec.containers[0].command}'`);

before(async () => {
    await labCommand("down");
    await labCommand("up");
    await kubectl("apply -f -", FOUR);
    await kubectl("rollout status deployment/four --timeout 120s");
    const address = await kubectl("get service four -o 'jsonpath={.spec.clusterIP}'");
    service = await Load.start("load-service", `http://${address}/`);
    api = await Load.start("load-api", "https://127.0.0.1:6443/readyz");
});
after(() => labCommand("down"));

test("another sync period of the controller manager: in 45 s, and the API server is never away", async (t) => {
    await api.answers();
    const { code, stdout, seconds } = await upWith(({ controllerManager }) => {
        controllerManager.extraArgs["horizontal-pod-autoscaler-sync-period"] = "15s";
    });
    assert.equal(code, 0, stdout);
    const { lost, longestGap } = await api.answers();
    t.diagnostic(`applied in ${seconds} s, API server's longest silence ${longestGap} s`);
    assert.equal(lost, 0);
    assert.ok(seconds <= LIMIT, `it took ${seconds} s`);
    assert.match(await flagsOf("kube-controller-manager"), /--horizontal-pod-autoscaler-sync-period=15s/);
    await nothingToChange();
});

test("a flag of the API server: it is away for at most 45 s, and no request to the Service is lost", async (t) => {
    await Promise.all([api.answers(), service.answers()]);
    const { code, stdout, seconds } = await upWith(({ apiServer }) => {
        apiServer.extraArgs["event-ttl"] = "2h";
    });
    assert.equal(code, 0, stdout);
    const [{ longestGap }, { asked, lost }] = await Promise.all([api.answers(), service.answers()]);
    t.diagnostic(`applied in ${seconds} s, API server away ${longestGap} s, ${lost} of ${asked} requests lost`);
    assert.ok(longestGap <= LIMIT, `it was away for ${longestGap} s`);
    assert.equal(lost, 0);
    assert.match(await flagsOf("kube-apiserver"), /--event-ttl=2h/);
});
