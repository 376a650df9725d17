import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import * as lab from "../lab/api";
import { command, editConfig, eventually, kubectl, labCommand, readyNodes, WEB } from "./support/cluster";
import { nothingToChange, up } from "./support/stack";

const HOSTS = ["master", "worker-1", "worker-2"];

/**
 * Case 41: a NAT card that has the same address on every host, and the default route, as Vagrant's machines have it. Two
 * routes that are none keep the way to packages and images open.
 */
const NAT = `
set -eu
gateway=$(ip -4 route show default | awk '{ print $3; exit }')
ip link add nat0 type veth peer name nat0p
ip addr add 10.0.2.15/24 dev nat0
ip link set nat0p up
ip link set nat0 up
ip route add 0.0.0.0/1 via "$gateway"
ip route add 128.0.0.0/1 via "$gateway"
ip route replace default via 10.0.2.2 dev nat0
ip -4 route show default`;

before(async () => {
    await labCommand("down");
    await labCommand("hosts", "--workers", "2");
    for (const host of HOSTS) {
        const { code, stdout, stderr } = await lab.insideHost(host, NAT);
        assert.equal(code, 0, `${host}: ${stderr}`);
        assert.equal(stdout.trim(), "default via 10.0.2.2 dev nat0", host);
    }
    await lab.labWorkspace().init();
});
after(() => labCommand("down"));

/** The address that Flannel tells of each node. */
async function told(): Promise<Record<string, string>> {
    const template = `{range .items[*]}{.metadata.name} {.metadata.annotations.flannel\\.alpha\\.coreos\\.com/public-ip}{"\\n"}{end}`;
    const lines = (await kubectl(`get nodes -o 'jsonpath=${template}'`)).split("\n").filter((line) => line !== "");
    return Object.fromEntries(lines.map((line) => line.split(" ") as [string, string]));
}

const own = () => Object.fromEntries(HOSTS.map((name) => [name, lab.knownHost(name).address]));

test("case 41: with the default route by a card that all hosts have alike, up needs no setting", async (t) => {
    const seconds = await up();
    t.diagnostic(`${seconds.toFixed(1)} s`);
    assert.deepEqual((await readyNodes()).sort(), HOSTS);
    assert.deepEqual(await told(), own());
});

test("case 41: a Pod on worker-1 reaches, by name, a Service whose Pod is on worker-2", async () => {
    await kubectl("apply -f -", WEB);
    await kubectl("wait --for condition=Ready pod/web pod/client --timeout 120s");
    const fetch = "timeout 5 wget -q -O - http://web.default.svc.cluster.local";
    await eventually(30, async () => assert.equal(await kubectl(`exec client -- ${fetch}`), "from-worker-2"));
    await kubectl("delete pod/web pod/client service/web --wait=false");
});

test("the card of the default route by hand: up fails and names it as the likeliest cause", async () => {
    editConfig((config) => Object.assign(config.network ?? {}, { interface: "nat0" }));
    const { code, stdout, stderr } = await lab.labWorkspace().up();
    assert.notEqual(code, 0, stdout);
    assert.match(
        stdout + stderr,
        /between \S+ \(10\.77\.0\.\d+\) and \S+ \(10\.77\.0\.\d+\): a Pod on \S+ .* got no answer/,
    );
    assert.match(stdout + stderr, /likeliest cause: on \S+: Flannel tells the others 10\.0\.2\.15, which is not/);
});

test("an interface that no host has is found by precheck", async () => {
    editConfig((config) => Object.assign(config.network ?? {}, { interface: "eth7" }));
    const { stdout } = await command("precheck", "--host", "worker-2");
    assert.match(stdout, /no interface eth7 with an IPv4 address; there are: .*nat0/);
});

test("without the setting, or with the right card, up comes to its end, and verify finds nothing", async () => {
    editConfig((config) => Object.assign(config.network ?? {}, { interface: "eth0" }));
    await up();
    assert.deepEqual(await told(), own());
    editConfig((config) => delete config.network?.interface);
    await up();
    assert.deepEqual(await told(), own());
    await nothingToChange();
    const { code, stdout, stderr } = await command("verify");
    assert.equal(code, 0, stdout + stderr);
});
