import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import * as lab from "../lab/api";
import { command, editConfig, eventually, kubectl, labCommand, readyNodes } from "./support/cluster";

const HOSTS = ["master", "worker-1", "worker-2"];
const onEach = (check: (host: string) => Promise<void>) => Promise.all(HOSTS.map(check));

async function inside(host: string, script: string): Promise<string> {
    return (await lab.insideHost(host, script)).stdout.trim();
}

/** What rpm has of Kubernetes. */
const PACKAGES = "rpm -qa --qf '%{NAME}-%{VERSION}\\n' | grep -E '^(kube|cri)' | sort | xargs";
const of = (version: string) => `kubeadm-${version} kubectl-${version} kubelet-${version} kubernetes-cni-1.6.2`;
/** What the host is, beside this program: keys that rpm trusts, repositories, dnf's and SELinux's configuration, units. */
const OWN = `rpm -q gpg-pubkey | sort; ls /etc/yum.repos.d /etc/pki/rpm-gpg /etc/dnf; cat /etc/dnf/dnf.conf /etc/selinux/config;
    ls /etc/systemd/system`;

const earlier = new Map<string, string>();

before(async () => {
    await labCommand("down");
    // The hosts' repository has every version of the minor release that the cache has: one to upgrade to as well.
    await labCommand("artefacts", "1.32.1");
    await labCommand("hosts", "--distribution", "rhel", "--install", "packages");
    await lab.labWorkspace().init();
    await onEach(async (host) => void earlier.set(host, await inside(host, OWN)));
});
after(() => labCommand("down"));

test("the hosts have dnf and rpm, and nothing of Debian's package managers", async () => {
    await onEach(async (host) => {
        assert.match(await inside(host, "cat /etc/os-release"), /^ID="rocky"$/m);
        assert.equal(await inside(host, "command -v apt-get dpkg apt-mark"), "");
        assert.equal(await inside(host, PACKAGES), "");
    });
});

test("precheck tells what becomes of SELinux", async () => {
    const { stdout, stderr } = await command("precheck");
    assert.match(stdout + stderr, /selinux.*enforcing from the next boot on/s);
});

test("a cluster of .rpm packages comes up; DNS answers", async (t) => {
    const began = Date.now();
    const { code, stdout, stderr } = await lab.labWorkspace().up();
    assert.equal(code, 0, stdout + stderr);
    t.diagnostic(`pulumi up took ${Math.round((Date.now() - began) / 1000)} s`);
    assert.deepEqual((await readyNodes()).sort(), HOSTS);
    await kubectl("-n kube-system rollout status deployment/coredns --timeout 60s");
});

test("packages are those of the version, signed, and an update of all others leaves them", async () => {
    await onEach(async (host) => {
        assert.equal(await inside(host, PACKAGES), of("1.32.0"));
        assert.match(await inside(host, "cat /etc/yum.repos.d/kubeadm-cluster.repo"), /^gpgcheck=1\nrepo_gpgcheck=1$/m);
        assert.equal(await inside(host, "readlink /proc/$(pgrep -x kubelet)/exe"), "/usr/bin/kubelet");
        assert.match(
            await inside(host, "rpm -qf /proc/$(pgrep -x containerd)/exe /usr/bin/containerd"),
            /containerd\.io/,
        );
        assert.match(await inside(host, "systemctl cat kubelet"), /^EnvironmentFile=-\/etc\/sysconfig\/kubelet$/m);
        assert.match(await inside(host, "cat /etc/selinux/config"), /^SELINUX=permissive$/m);
    });
    const { code, stdout, stderr } = await lab.insideHost("worker-2", "dnf -y upgrade");
    assert.equal(code, 0, stdout + stderr);
    assert.equal(await inside("worker-2", PACKAGES), of("1.32.0"));
});

test("a second up changes nothing", async () => {
    const { code, stdout } = await lab.labWorkspace().up();
    assert.equal(code, 0, stdout);
    assert.match(stdout, /Resources:\n\s+\d+ unchanged\n/);
});

test("another version comes by packages, also where the owner has locked the former one", async () => {
    await inside("worker-1", "dnf -q versionlock add kubelet");
    editConfig((config) => {
        Object.assign(config.kubernetes ?? {}, { version: "1.32.1" });
    });
    const { code, stdout, stderr } = await lab.labWorkspace().up();
    assert.equal(code, 0, stdout + stderr);
    await onEach(async (host) => assert.equal(await inside(host, PACKAGES), of("1.32.1")));
    await eventually(60, async () => {
        const versions = await kubectl("get nodes -o 'jsonpath={.items[*].status.nodeInfo.kubeletVersion}'");
        assert.equal(versions, "v1.32.1 v1.32.1 v1.32.1");
    });
    assert.match(await inside("worker-1", "dnf -q versionlock list"), /kubelet/);
});

test("a version back is refused before a host is changed", async () => {
    editConfig((config) => {
        Object.assign(config.kubernetes ?? {}, { version: "1.32.0" });
    });
    const { code, stdout, stderr } = await lab.labWorkspace().up();
    assert.notEqual(code, 0);
    assert.match(stdout + stderr, /downgrade/);
    await onEach(async (host) => assert.equal(await inside(host, PACKAGES), of("1.32.1")));
    editConfig((config) => {
        Object.assign(config.kubernetes ?? {}, { version: "1.32.1" });
    });
});

test("destroy gives the hosts back: packages, repository, key and SELinux; what Kubernetes needed stays", async () => {
    await inside("worker-1", "dnf -q versionlock delete kubelet");
    await lab.labWorkspace().ok(["destroy", "--yes", "--skip-preview", "--config-file", lab.configFile()]);
    await onEach(async (host) => {
        assert.equal(await inside(host, PACKAGES), "");
        assert.equal(
            await inside(host, "ls -d /var/cache/dnf/kubeadm* /var/lib/kubeadm-cluster /usr/bin/kube* 2>/dev/null"),
            "",
        );
        assert.equal((await inside(host, "rpm -q conntrack-tools socat ethtool")).includes("not installed"), false);
        const own = (text: string) => text.split("\n").filter((line) => !/containerd/.test(line));
        assert.deepEqual(own(await inside(host, OWN)), own(earlier.get(host) ?? ""), `left on ${host}`);
    });
});
