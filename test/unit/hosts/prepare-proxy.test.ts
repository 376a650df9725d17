import assert from "node:assert/strict";
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { ScriptHost } from "./script-host";

const NONE = { HTTP_PROXY_URL: "", HTTPS_PROXY_URL: "", NO_PROXY_LIST: "" };
const OPEN = {
    HTTP_PROXY_URL: "http://proxy:3128",
    HTTPS_PROXY_URL: "http://proxy:3129",
    NO_PROXY_LIST: "localhost,10.244.0.0/16,.svc,mirror.internal",
};
const SECRET = {
    ...OPEN,
    HTTP_PROXY_URL: "http://me:p%40ss@proxy:3128",
    HTTPS_PROXY_URL: "http://me:p%40ss@proxy:3129",
};
const APT = "etc/apt/apt.conf.d/95kubeadm-cluster-proxy";
const ENVIRONMENT = "var/lib/kubeadm-cluster/proxy.env";
const DROP_INS = ["containerd", "kubelet"].map(
    (unit) => `etc/systemd/system/${unit}.service.d/20-kubeadm-cluster-proxy.conf`,
);

let host: ScriptHost;
beforeEach(() => {
    host = new ScriptHost();
    host.write("etc/apt/apt.conf.d/01vendor", "");
    host.write("etc/dnf/dnf.conf", "[main]\ngpgcheck=1\n");
    host.driver(
        Object.keys(NONE),
        `. "$here/prepare-proxy.sh"
`,
    );
});
afterEach(() => host.remove());

function prepare(inputs: Record<string, string>): void {
    const { status, stderr } = host.run("driver.sh", [], inputs);
    assert.equal(status, 0, stderr);
}
const mode = (file: string) => (statSync(join(host.root, file)).mode & 0o777).toString(8);
const restarts = () =>
    ["containerd", "kubelet"].filter((unit) => existsSync(join(host.root, `var/lib/kubeadm-cluster/restart-${unit}`)));

test("without a proxy the host is left as it is", () => {
    prepare(NONE);
    assert.deepEqual(host.calls, []);
    for (const file of [APT, ENVIRONMENT, ...DROP_INS]) assert.equal(host.read(file), undefined);
});

test("apt, dnf, containerd and kubelet are told; apt's exceptions are the whole names among them", () => {
    prepare(OPEN);
    assert.deepEqual((host.read(APT) ?? "").trim().split("\n"), [
        'Acquire::http::Proxy "http://proxy:3128";',
        'Acquire::https::Proxy "http://proxy:3129";',
        ...["localhost", "mirror.internal"].flatMap((name) => [
            `Acquire::http::Proxy::${name} "DIRECT";`,
            `Acquire::https::Proxy::${name} "DIRECT";`,
        ]),
    ]);
    assert.equal(host.read("etc/dnf/dnf.conf"), "[main]\nproxy=http://proxy:3129\ngpgcheck=1\n");
    assert.match(host.read(ENVIRONMENT) ?? "", /^NO_PROXY="localhost,10\.244\.0\.0\/16,\.svc,mirror\.internal"$/m);
    for (const file of DROP_INS)
        assert.match(host.read(file) ?? "", /^\[Service\]\nEnvironmentFile=-\S+\/proxy\.env\n$/);
    assert.deepEqual(restarts(), ["containerd", "kubelet"]);
    assert.deepEqual([mode(APT), mode("etc/dnf/dnf.conf")], ["644", "644"]);
});

test("a password stands in files of root's alone, and in no argument and no unit", () => {
    prepare(SECRET);
    for (const file of [APT, "etc/dnf/dnf.conf", ENVIRONMENT]) {
        assert.match(host.read(file) ?? "", /p%40ss/);
        assert.equal(mode(file), "600");
    }
    for (const file of DROP_INS) assert.doesNotMatch(host.read(file) ?? "", /p%40ss/);
    assert.ok(!host.calls.join("\n").includes("p%40ss"));
});

test("the same again restarts nothing; a proxy that is no longer configured leaves no trace but the restarts", () => {
    prepare(SECRET);
    host.clear("var/lib/kubeadm-cluster/restart-containerd", "var/lib/kubeadm-cluster/restart-kubelet");
    prepare(SECRET);
    assert.deepEqual(restarts(), []);
    prepare(NONE);
    for (const file of [APT, ENVIRONMENT, ...DROP_INS]) assert.equal(host.read(file), undefined);
    assert.equal(host.read("etc/dnf/dnf.conf"), "[main]\ngpgcheck=1\n");
    assert.deepEqual(restarts(), ["containerd", "kubelet"]);
});
