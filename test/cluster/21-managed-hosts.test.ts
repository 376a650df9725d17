import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import * as lab from "../lab/api";
import { editConfig, eventually, labCommand, readyNodes, type Settings } from "./support/cluster";
import { destroyLeavesNothing, nothingToChange, up } from "./support/stack";

const HOSTS = ["master", "worker-1", "worker-2"];
/** A test that switches swap off must not do it to the machine, whose kernel the hosts share. */
const swapless = readFileSync("/proc/swaps", "utf8").trim().split("\n").length === 1;

/** Cloud-init as a unit that writes /etc/hosts at every boot, zram as one that says so, and managers of the network. */
const MANAGED = `
set -eu
mkdir -p /etc/cloud/templates /etc/NetworkManager/conf.d
printf 'manage_etc_hosts: true\\n' >/etc/cloud/cloud.cfg
cp /etc/hosts /etc/cloud/templates/hosts.debian.tmpl
printf '#!/bin/sh\\ncp /etc/cloud/templates/hosts.debian.tmpl /etc/hosts\\n' >/usr/bin/cloud-init
chmod 755 /usr/bin/cloud-init
printf '[Service]\\nType=oneshot\\nExecStart=/usr/bin/cloud-init\\n[Install]\\nWantedBy=sysinit.target\\n' >/etc/systemd/system/cloud-init.service
printf '[Service]\\nType=oneshot\\nRemainAfterExit=yes\\nExecStart=/bin/touch /run/swap-is-on\\nExecStop=/bin/rm -f /run/swap-is-on\\n[Install]\\nWantedBy=multi-user.target\\n' >/usr/lib/systemd/system/zramswap.service
systemctl daemon-reload
systemctl -q enable cloud-init zramswap
systemctl start cloud-init zramswap
test -e /run/swap-is-on
`;

async function inside(host: string, script: string): Promise<string> {
    const { code, stdout, stderr } = await lab.insideHost(host, script);
    assert.equal(code, 0, `${host}: ${stderr}`);
    return stdout.trim();
}

before(async () => {
    await labCommand("down");
    await labCommand("hosts", "--workers", "2");
    await lab.labWorkspace().init();
    await Promise.all(HOSTS.map((host) => inside(host, MANAGED)));
    if (swapless)
        editConfig((config) => {
            delete (config.kubernetes?.kubelet as Settings).failSwapOn;
        });
});
after(() => labCommand("down"));

test("up on hosts whose names, swap and network others manage", async () => {
    await up();
    for (const host of HOSTS) {
        assert.match(await inside(host, "cat /etc/cloud/templates/hosts.debian.tmpl"), /# kubeadm-cluster/);
        assert.match(
            await inside(host, "cat /etc/NetworkManager/conf.d/99-kubeadm-cluster.conf"),
            /unmanaged-devices\+=interface-name:cni0/,
        );
        if (swapless) assert.equal(await inside(host, "ls /run/swap-is-on 2>/dev/null || echo off"), "off");
    }
    await nothingToChange();
});

test("all hosts off and on, workers first: the names are there, swap stays off, and there is nothing to change", async () => {
    const specs = [...HOSTS].reverse().map((host) => lab.knownHost(host));
    await Promise.all(HOSTS.map((host) => lab.stopHost(host)));
    for (const spec of specs) await lab.powerOn(spec);
    await eventually(240, async () => assert.deepEqual((await readyNodes()).sort(), [...HOSTS].sort()));
    for (const host of HOSTS) {
        assert.match(await inside(host, "cat /etc/hosts"), new RegExp(`${host} # kubeadm-cluster`));
        if (swapless) assert.equal(await inside(host, "ls /run/swap-is-on 2>/dev/null || echo off"), "off");
    }
    await nothingToChange();
});

test("a destroy gives it all back", async () => {
    await destroyLeavesNothing(HOSTS);
    for (const host of HOSTS) {
        assert.doesNotMatch(await inside(host, "cat /etc/cloud/templates/hosts.debian.tmpl"), /kubeadm-cluster/);
        if (swapless) assert.equal(await inside(host, "ls /run/swap-is-on"), "/run/swap-is-on");
    }
});
