import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import * as lab from "../lab/api";
import { editConfig, eventually, kubectl, labCommand, readyNodes } from "./support/cluster";
import { losePower, members, startLoads } from "./support/masters";
import { destroyLeavesNothing, nothingToChange, up } from "./support/stack";

// A control plane of five behind a load balancer that is not this program's: haproxy on a host of its own, a worker here.
const MASTERS = ["master", "master-2", "master-3", "master-4", "master-5"];
const NODES = [...MASTERS, "worker-1", "worker-2"];
const BALANCER = "worker-2";

const haproxy = (servers: lab.HostSpec[]) => `
global
    log /dev/log local0
defaults
    mode tcp
    timeout connect 2s
    timeout client 1h
    timeout server 1h
listen api
    bind :6443
    option httpchk GET /readyz
    default-server check check-ssl verify none inter 1s fall 2 rise 1 on-marked-down shutdown-sessions
${servers.map(({ name, address }) => `    server ${name} ${address}:6443`).join("\n")}
`;

before(async () => {
    await labCommand("down");
    await labCommand("hosts", "--masters", "5", "--workers", "2");
    const hosts = lab.knownHosts();
    const settings = haproxy(hosts.filter(({ role }) => role === "control-plane"));
    const { code, stderr } = await lab.insideHost(
        BALANCER,
        `set -e
        apt-get -q -y install haproxy >/run/haproxy.log 2>&1
        cat >/etc/haproxy/haproxy.cfg <<'CONF'\n${settings}CONF
        systemctl restart haproxy`,
    );
    assert.equal(code, 0, stderr);
    editConfig(({ kubernetes }) => {
        delete kubernetes?.vip;
        const address = hosts.find(({ name }) => name === BALANCER)?.address;
        Object.assign(kubernetes as object, { controlPlaneEndpoint: `${address}:6443` });
    });
    await lab.labWorkspace().init();
});
after(() => labCommand("down"));

test("five masters from bare hosts, reached by the load balancer", async (t) => {
    t.diagnostic(`in ${await up()} s`);
    assert.deepEqual(await members(), MASTERS);
    await eventually(60, async () => assert.deepEqual((await readyNodes()).sort(), NODES));
    await nothingToChange();
});

test("two of five lose their power: the cluster takes changes through the load balancer, and has five members again", async (t) => {
    const victims = ["master", "master-4"];
    const { api, service } = await losePower(victims, await startLoads("worker-1"));
    t.diagnostic(`API away ${api.longestGap.toFixed(1)} s, Service lost ${service.lost} of ${service.asked}`);
    await kubectl("create configmap while-away --from-literal written=yes", "", "master-2");
    await Promise.all(victims.map((name) => lab.powerOn(lab.knownHost(name))));
    await eventually(90, async () => assert.deepEqual(await members("master-2"), MASTERS));
    await eventually(60, async () => assert.deepEqual((await readyNodes("master-2")).sort(), NODES));
});

test("a destroy takes all five apart and leaves nothing", async () => {
    await destroyLeavesNothing(MASTERS);
});
