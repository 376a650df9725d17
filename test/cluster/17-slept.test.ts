import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import * as lab from "../lab/api";
import { command, editConfig, eventually, kubectl, labCommand, readyNodes, WEB } from "./support/cluster";
import { destroyLeavesNothing, nothingToChange, up } from "./support/stack";

// A cluster that was off for longer than its certificates live. They live for nine minutes here, instead of a year.
const HOSTS = ["master", "worker-1", "worker-2"];
const MINUTES = 9;

before(async () => {
    await labCommand("down");
    await labCommand("hosts", "--workers", "2");
    editConfig(({ kubernetes }) =>
        Object.assign(kubernetes as object, {
            servingCertificates: true,
            controllerManager: { extraArgs: { "cluster-signing-duration": `${MINUTES}m` } },
            kubeadm: { clusterConfiguration: { certificateValidityPeriod: `${MINUTES}m0s` } },
        }),
    );
    await lab.labWorkspace().init();
});
after(() => labCommand("down"));

test("57: all hosts are off until every certificate has expired; one up brings the cluster back", async (t) => {
    await up();
    await kubectl("apply -f -", WEB);
    await kubectl("wait --for condition=Ready pod/web pod/client --timeout 120s");
    for (const host of HOSTS) await lab.stopHost(host);
    await sleep((MINUTES * 60 + 20) * 1000);
    for (const host of HOSTS) await lab.powerOn(lab.knownHost(host));

    const found = await command("verify");
    assert.equal(found.code, 1);
    for (const host of HOSTS)
        assert.match(found.stdout, new RegExp(`^${host}: certificate kubelet-client: found expired on \\d{4}-`, "m"));
    assert.match(found.stdout, /^master: certificate etcd\/server\.crt: found expired on /m);
    assert.match(found.stdout, /^to mend: pulumi config set-all .*nodes\[0\]\.repair=1.* && pulumi up /m);

    t.diagnostic(`back in ${await up()} s`);
    await eventually(60, async () => assert.deepEqual((await readyNodes()).sort(), HOSTS));
    await eventually(120, async () => {
        assert.match(await kubectl("exec client -- wget -q -T 5 -O - http://web"), /from-worker-2/);
    });
    // Certificates that live so briefly are due again within minutes.
    await eventually(120, () => nothingToChange());
});

test("57: the kubelets rotate by themselves again, and the administrator's kubeconfig of the stack works", async () => {
    const { kubeconfig } = await lab.labWorkspace().outputs();
    await lab.insideHost("master", `umask 077; cat >/run/kubeconfig <<'END'\n${kubeconfig as string}\nEND\n`);
    assert.match(await kubectl("get nodes --kubeconfig /run/kubeconfig -o name"), /node\/worker-1/);
    const issued = async (host: string) =>
        (await lab.insideHost(host, "openssl x509 -noout -serial -in /var/lib/kubelet/pki/kubelet-client-current.pem"))
            .stdout;
    const before = await Promise.all(HOSTS.map(issued));
    await eventually(MINUTES * 60, async () => {
        const now = await Promise.all(HOSTS.map(issued));
        now.forEach((serial, index) => assert.notEqual(serial, before[index], HOSTS[index]));
    });
});

test("a destroy leaves nothing", async () => {
    await up();
    await destroyLeavesNothing(["master"]);
});
