import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { connectivityInputs } from "../../components/network";
import { encodeInputs } from "../../components/remote";
import * as lab from "../lab/api";
import { command, editConfig, eventually, kubectl, labCommand, logins, readyNodes } from "./support/cluster";
import { dropIncoming, dropNothing } from "./support/packet-filter";
import { nothingToChange, up } from "./support/stack";

// Ready means working: three hosts with one fault after the other, each mended when an up has named it.
const HOSTS = ["master", "worker-1", "worker-2"];
const FOREIGN = "/etc/cni/net.d/05-cilium.conflist";

async function inside(host: string, script: string): Promise<string> {
    const { code, stdout, stderr } = await lab.insideHost(host, script);
    assert.equal(code, 0, `${host}: ${stderr}`);
    return stdout.trim();
}

/** `pulumi up`, which fails; gives what it showed. */
async function failingUp(): Promise<string> {
    const { code, stdout, stderr } = await lab.labWorkspace().up();
    assert.notEqual(code, 0, stdout);
    return stdout + stderr;
}

/** The kubelets take them away within a moment. */
const noPodLeft = () =>
    eventually(15, async () => {
        assert.equal(await kubectl("-n kube-system get pods -l kubeadm-cluster/connectivity -o name"), "");
    });

before(async () => {
    await labCommand("down");
    await labCommand("hosts", "--workers", "2");
    await lab.labWorkspace().init();
});
after(() => labCommand("down"));

test("case 44: another network's CNI file that sorts first stops precheck and the first step of up, with its name", async () => {
    await inside("worker-2", `mkdir -p /etc/cni/net.d; echo '{"plugins":[{"type":"cilium-cni"}]}' >${FOREIGN}`);
    const { code, stdout } = await command("precheck", "--host", "worker-2");
    assert.equal(code, 1);
    assert.match(stdout, /CNI file.*05-cilium\.conflist/);
    const shown = await failingUp();
    assert.match(shown, /worker-2 is not as Kubernetes needs it: 1 problem/);
    assert.match(shown, new RegExp(`CNI file: ${FOREIGN}; wanted: none that sorts before 10-flannel.conflist`));
    await inside("worker-2", `rm ${FOREIGN}`);
});

test("a firewall rule between two hosts: up fails, names both, what was tried, and the rule", async () => {
    const { address } = lab.knownHost("worker-1");
    dropIncoming("worker-2", `ip saddr ${address} udp dport 8472`);
    const shown = await failingUp();
    assert.deepEqual((await readyNodes()).sort(), HOSTS);
    assert.match(
        shown,
        /between worker-1 \(\S+\) and worker-2 \(\S+\): a Pod on worker-1 \(10\.244\.\S+\) got no answer/,
    );
    assert.match(
        shown,
        new RegExp(
            `likeliest cause: on worker-2: firewall: nft table ip theirs, chain incoming: ip saddr ${address} udp dport 8472 drop`,
        ),
    );
    assert.doesNotMatch(shown, /between master .* and worker-1/);
    await noPodLeft();
    dropNothing("worker-2");
});

test("a way that takes less than the cards: small packets pass and full ones do not, and the setting is named", async () => {
    // Cards that leave it to others to cut large packets would send what is larger than on any wire.
    for (const host of HOSTS) await inside(host, "ip link set eth0 gso_max_segs 1");
    dropIncoming("worker-2", "udp dport 8472 meta length > 1400");
    const shown = await failingUp();
    assert.match(shown, /small packets of a Pod on \S+ reach the Pod on \S+ and come back, full ones do not/);
    assert.match(
        shown,
        /likeliest cause: on \S+: flannel\.1 sends packets of 1450 bytes, its card eth0 takes 1500; .* set network\.mtu/,
    );
    assert.doesNotMatch(shown, /between (master \S+ and worker-1|worker-1 \S+ and master) /);
});

test("mended by network.mtu, up comes to its end; the test runs once, and leaves nothing", async () => {
    editConfig((config) => Object.assign(config.network ?? {}, { mtu: 1400 }));
    await up();
    await nothingToChange();
    await noPodLeft();
    const counted = await logins(HOSTS);
    await up();
    assert.deepEqual(await logins(HOSTS), counted);
});

test("on a sound cluster the test of three nodes takes about three seconds", async (t) => {
    const inputs = connectivityInputs({
        network: { addOn: "flannel", mtu: 1400 },
        nodes: HOSTS,
        dnsDomain: "cluster.local",
    });
    const began = Date.now();
    const script = `/opt/kubeadm-cluster/connectivity.sh all <<'INPUTS'\n${encodeInputs(inputs)}INPUTS`;
    assert.equal(await inside("master", script), "");
    const seconds = (Date.now() - began) / 1000;
    t.diagnostic(`${seconds.toFixed(1)} s`);
    // What else the machine does slows it at random.
    assert.ok(seconds < 9, `${seconds} s`);
});

test("verify tests the same later: a kubelet's port that is closed, a CNI file that came", async () => {
    dropIncoming("worker-1", "tcp dport 10250");
    await inside(
        "worker-2",
        `echo '{"cniVersion":"0.3.1","name":"theirs","plugins":[{"type":"cilium-cni"}]}' >${FOREIGN}`,
    );
    const { code, stdout } = await command("verify");
    assert.equal(code, 1);
    assert.match(
        stdout,
        /worker-1: pod network: found the API server did not reach the kubelet of worker-1 .*dport 10250 drop/,
    );
    assert.match(
        stdout,
        /worker-2: pod network: found a Pod on worker-2 got no network .*05-cilium\.conflist sorts before/,
    );
    dropNothing("worker-1");
    await inside("worker-2", `rm ${FOREIGN}`);
    const mended = await command("verify");
    assert.equal(mended.code, 0, mended.stdout);
    await noPodLeft();
});
