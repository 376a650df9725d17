import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import * as lab from "../lab/api";
import { editConfig, eventually, kubectl, labCommand, readyNodes } from "./support/cluster";
import { AWAY, type Loads, MASTERS, members, NODES, startLoads } from "./support/masters";
import { destroyLeavesNothing, nothingToChange, up } from "./support/stack";

// Another patch release for a control plane of three and its workers, which go on serving meanwhile.
const NEW = "1.32.1";

let loads: Loads;

before(async () => {
    await labCommand("down");
    await labCommand("hosts", "--masters", "3", "--workers", "2");
    await lab.labWorkspace().init();
    await up();
    loads = await startLoads("worker-2");
});
after(() => labCommand("down"));

test(`three masters and their workers go to ${NEW} one after the other; API server and Service are there meanwhile`, async (t) => {
    await Promise.all([loads.api.forget(), loads.service.forget()]);
    editConfig(({ kubernetes }) => Object.assign(kubernetes as object, { version: NEW }));
    const seconds = await up();
    const [api, service] = await Promise.all([loads.api.answers(), loads.service.answers()]);
    t.diagnostic(
        `in ${seconds} s; API lost ${api.lost} of ${api.asked}, away ${api.longestGap.toFixed(1)} s at most, Service lost ${service.lost} of ${service.asked}`,
    );
    assert.ok(api.longestGap <= AWAY, `the API server was away for ${api.longestGap} s`);
    assert.ok(
        service.lost <= service.asked / 100,
        `${service.lost} of ${service.asked} requests to the Service were lost`,
    );
    const versions = await kubectl(
        "get nodes -o 'jsonpath={range .items[*]}{.metadata.name}={.status.nodeInfo.kubeletVersion} {end}'",
    );
    assert.deepEqual(versions.trim().split(" ").sort(), NODES.map((node) => `${node}=v${NEW}`).sort());
    for (const master of MASTERS) {
        const image = await kubectl(
            `-n kube-system get pod kube-apiserver-${master} -o 'jsonpath={.spec.containers[0].image}'`,
        );
        assert.ok(image.endsWith(`:v${NEW}`), `${master}: ${image}`);
    }
    assert.deepEqual(await members(), MASTERS);
    await eventually(60, async () => assert.deepEqual((await readyNodes()).sort(), NODES));
    await nothingToChange();
});

test("a destroy leaves nothing", async () => {
    await destroyLeavesNothing(MASTERS);
});
