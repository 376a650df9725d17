import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { ScriptHost } from "./script-host";

const STATE = "var/lib/kubeadm-cluster";
const INPUTS = {
    CLUSTER_IDENTITY: "clusterName kubernetes\npodSubnet 10.244.0.0/16",
    INIT_CONFIGURATION: "kind: InitConfiguration\n",
    CLUSTER_CONFIGURATION: "kind: ClusterConfiguration\n",
    KUBECONFIG_USER: "",
    ENCRYPTION_CONFIGURATION: "",
    AUDIT_LEVEL: "",
    AUDIT_POLICY: "",
};

let host: ScriptHost;
beforeEach(() => (host = new ScriptHost()));
afterEach(() => host.remove());

const init = (inputs: Partial<typeof INPUTS> = {}, args: string[] = []) =>
    host.run("init.sh", args, { ...INPUTS, ...inputs });
const kubeadm = () => host.calls.filter((call) => call.startsWith("kubeadm")).map((call) => call.split(" ")[1]);

test("a bare host: kubeadm init with both documents in one file that only root reads", () => {
    const { status, stderr } = init();
    assert.equal(status, 0, stderr);
    assert.deepEqual(kubeadm(), ["init"]);
    assert.equal(host.read(`${STATE}/kubeadm.yaml`), "kind: InitConfiguration\n---\nkind: ClusterConfiguration\n");
});

test("what the API server reads beside kubeadm's files is there before it starts, and follows the configuration", () => {
    const ENCRYPTION_CONFIGURATION = "kind: EncryptionConfiguration\nresources: []";
    assert.equal(init({ ENCRYPTION_CONFIGURATION }).status, 0);
    assert.equal(host.read(`${STATE}/api-server/encryption.yaml`), `${ENCRYPTION_CONFIGURATION}\n`);
    const audit = { AUDIT_LEVEL: "metadata", AUDIT_POLICY: "kind: Policy" };
    assert.equal(init({ ENCRYPTION_CONFIGURATION, ...audit }, ["verify"]).status, 0);
    assert.equal(host.read(`${STATE}/api-server/audit-metadata.yaml`), "kind: Policy\n");
});

test("run again it only looks whether the control plane answers, and writes no file anew", () => {
    const ENCRYPTION_CONFIGURATION = "kind: EncryptionConfiguration";
    init({ ENCRYPTION_CONFIGURATION });
    const written = host.files(STATE);
    assert.ok(written.some((line) => line.includes("encryption.yaml")));
    assert.equal(init({ ENCRYPTION_CONFIGURATION }, ["verify"]).status, 0);
    assert.deepEqual(host.files(STATE), written);
    assert.equal(init().status, 0);
    assert.deepEqual(kubeadm(), []);
    assert.equal(init({}, ["verify"]).status, 0);
    assert.deepEqual(kubeadm(), []);
});

test("a failure shows kubeadm's last lines, the log's place and what to do; the next run cleans up and begins anew", () => {
    host.program("kubeadm", 'echo "[ERROR Port-6443]: Port 6443 is in use"; exit 1');
    const { status, stderr } = init();
    assert.equal(status, 1);
    assert.match(stderr, /Port 6443 is in use/);
    assert.match(stderr, /this-host: kubeadm failed with exit code 1; the whole log is in \S+\/init\.log/);
    assert.match(stderr, /this-host: kubeadm init failed; .*run pulumi up again/);
    host.program("kubeadm", "");
    assert.equal(init().status, 0);
    assert.deepEqual(kubeadm(), ["reset", "init"]);
});

test("verify changes nothing on a host that has no control plane", () => {
    const { status, stderr } = init({}, ["verify"]);
    assert.equal(status, 1);
    assert.match(stderr, /has no control plane of this program/);
    assert.deepEqual(host.calls, []);
});

test("what a living cluster cannot become is refused with the old value and the new one", () => {
    init();
    const { status, stderr } = init({ CLUSTER_IDENTITY: "clusterName kubernetes\npodSubnet 10.0.0.0/16" }, ["verify"]);
    assert.equal(status, 1);
    assert.match(stderr, /podSubnet of this cluster is "10\.244\.0\.0\/16" and cannot become "10\.0\.0\.0\/16"/);
    assert.deepEqual(kubeadm(), []);
});

test("a cluster that somebody else made is left alone", () => {
    host.write("etc/kubernetes/admin.conf", "theirs");
    const { status, stderr } = init();
    assert.equal(status, 1);
    assert.match(stderr, /already belongs to a Kubernetes cluster that this program did not make/);
    assert.deepEqual(host.calls, []);
    assert.equal(host.read("etc/kubernetes/admin.conf"), "theirs");
});
