import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import * as lab from "../lab/api";
import { editConfig, kubectl, labCommand, readyNodes } from "./support/cluster";

const HOSTS = ["master", "worker-1", "worker-2"];
/** The same on every host, by way of its name. */
const onEach = (check: (host: string) => Promise<void>) => Promise.all(HOSTS.map(check));

async function inside(host: string, script: string): Promise<string> {
    return (await lab.insideHost(host, script)).stdout.trim();
}

let output = "";

before(async () => {
    await labCommand("down");
    await labCommand("hosts", "--install", "packages", "--containerd", "archive", "--proxy");
    editConfig((_, nodes) => {
        Object.assign(nodes.find(({ name }) => name === "worker-2") ?? {}, { install: "binaries" });
    });
    await lab.labWorkspace().init();
});
after(() => labCommand("down"));

test("the hosts reach neither mirror nor registry nor the world, but the proxy asks them for a password", async () => {
    const code = (url: string) => `curl -s -o /dev/null --max-time 5 -w '%{http_code} ' ${url};`;
    const urls = [lab.siteUrl, `${lab.registryUrl}/v2/`, "http://192.0.2.1/", `-x ${lab.proxyUrl} ${lab.siteUrl}/`];
    await onEach(async (host) => {
        assert.equal(await inside(host, urls.map(code).join("")), "000 000 000 407");
    });
});

test("a cluster of packages, binaries on one host, and containerd's release archive comes up through the proxy", async (t) => {
    const began = Date.now();
    const { code, stdout, stderr } = await lab.labWorkspace().up();
    output = stdout + stderr;
    assert.equal(code, 0, output);
    t.diagnostic(`pulumi up took ${Math.round((Date.now() - began) / 1000)} s`);
    assert.deepEqual((await readyNodes()).sort(), HOSTS);
    await kubectl("-n kube-system rollout status deployment/coredns --timeout 60s");
});

test("packages are those of the version, and held; the overridden host has none", async () => {
    const versions =
        "dpkg-query -W -f '${Package} ${Version} ' kubeadm kubectl kubelet kubernetes-cni 2>/dev/null; apt-mark showhold | xargs";
    const expected =
        "kubeadm 1.32.0-1.1 kubectl 1.32.0-1.1 kubelet 1.32.0-1.1 kubernetes-cni 1.6.2-1.1 kubeadm kubectl kubelet kubernetes-cni";
    for (const host of ["master", "worker-1"]) assert.equal(await inside(host, versions), expected);
    assert.equal(await inside("worker-2", versions), "");
    await onEach(async (host) => {
        const program = host === "worker-2" ? "/usr/local/bin/kubelet" : "/usr/bin/kubelet";
        assert.equal(await inside(host, "readlink /proc/$(pgrep -x kubelet)/exe"), program);
        assert.equal(await inside(host, "readlink /proc/$(pgrep -x containerd)/exe"), "/usr/local/bin/containerd");
    });
});

test("everything that the hosts took has gone through the proxy", (t) => {
    const requests = lab.proxyRequests();
    t.diagnostic(`${requests.length} requests`);
    const asked = (host: string, pattern: RegExp) => {
        const address = `${lab.labHosts(2).find(({ name }) => name === host)?.address} `;
        const found = requests.filter((line) => line.startsWith(address) && pattern.test(line));
        assert.ok(found.length > 0, `${host} did not ask the proxy for ${String(pattern)}`);
    };
    const { site, registry } = { site: lab.siteUrl, registry: lab.registryUrl };
    for (const host of HOSTS) {
        asked(host, new RegExp(` GET ${site}/containerd/v\\S+/containerd-\\S+-linux-amd64\\.tar\\.gz$`));
        asked(host, new RegExp(` GET ${registry}/v2/kube-proxy/`));
        asked(host, /\/dists\/|\/pool\//);
    }
    for (const host of ["master", "worker-1"]) asked(host, new RegExp(` GET ${site}/core:/stable:/v1\\.32/deb/`));
    asked("worker-2", new RegExp(` GET ${site}/v1\\.32\\.0/bin/linux/amd64/kubelet$`));
});

test("the proxy's password is in no output, in no file that others can read, in no unit's variables and in no manifest", async () => {
    const secret = lab.proxyCredentials().replace(/^lab:|@$/g, "");
    assert.ok(secret.length >= 24);
    assert.ok(!output.includes(secret));
    await onEach(async (host) => {
        const places = "/etc /opt /root /home /usr/local /var/lib/kubeadm-cluster /var/lib/kubelet /var/log /tmp /run";
        const files = `grep -rlsF '${secret}' ${places} --exclude-dir=containerd | xargs -r stat -c '%a %n' | sort`;
        assert.equal(
            await inside(host, files),
            ["600 /etc/apt/apt.conf.d/95kubeadm-cluster-proxy", "600 /var/lib/kubeadm-cluster/proxy.env"].join("\n"),
        );
        const variables = await inside(host, "systemctl show containerd kubelet -p Environment");
        assert.ok(!variables.includes(secret));
        const running =
            "for p in containerd kubelet; do tr '\\0' '\\n' </proc/$(pgrep -x $p)/environ | grep -c ^HTTP_PROXY=; done | xargs";
        assert.equal(await inside(host, running), "1 1");
    });
    assert.equal(await inside("master", "grep -ilE 'http_?proxy' /etc/kubernetes/manifests/*"), "");
});

test("a second up changes nothing", async () => {
    const { code, stdout } = await lab.labWorkspace().up();
    assert.equal(code, 0, stdout);
    assert.match(stdout, /Resources:\n\s+\d+ unchanged\n/);
});

test("destroy takes away packages, holds, repository, key, archive, units and proxy settings", async () => {
    await lab.labWorkspace().ok(["destroy", "--yes", "--skip-preview", "--config-file", lab.configFile()]);
    const script = `
        dpkg-query -W -f '\${Package}\\n' kubeadm kubelet kubectl kubernetes-cni 2>/dev/null
        apt-mark showhold
        find /etc /usr/local /usr/share/keyrings /opt -newer /etc/machine-id \\( -iname '*kube*' -o -name '*containerd*' -o -name 'runc' \\)
        for program in kubelet kubeadm kubectl containerd runc ctr; do command -v $program; done`;
    await onEach(async (host) => assert.equal(await inside(host, script), "", `left on ${host}`));
});
