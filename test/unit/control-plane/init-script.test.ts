import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { parse } from "yaml";
import { encryptionFile, initInputs, keyInputs } from "./control-plane-inputs";
import { encodeInputs } from "../../../components/remote";
import { ScriptHost } from "../hosts/script-host";

const STATE = "var/lib/kubeadm-cluster";
const FILE = `${STATE}/api-server/encryption.yaml`;
let host: ScriptHost;
beforeEach(() => (host = new ScriptHost()));
afterEach(() => host.remove());

const init = (inputs: Record<string, string> = {}, args: string[] = []) =>
    host.run("init.sh", args, { ...initInputs, ...inputs });
const kubeadm = () => host.calls.filter((call) => call.startsWith("kubeadm")).map((call) => call.split(" ")[1]);

test("a bare host: kubeadm init with both documents in one file that only root reads", () => {
    const { status, stderr } = init();
    assert.equal(status, 0, stderr);
    assert.deepEqual(kubeadm(), ["init"]);
    assert.equal(
        host.read(`${STATE}/kubeadm.yaml`),
        `kind: InitConfiguration\n---\n${initInputs.CLUSTER_CONFIGURATION}`,
    );
    assert.equal(host.read(`${STATE}/init-configuration.yaml`), "kind: InitConfiguration\n");
});

test("case 28: an init that hangs ends before its step does, with its last line", () => {
    host.program(
        "kubeadm",
        '[ "$1" != init ] || { echo "[api-check] waiting for a healthy API server"; exec /bin/sleep 60; }',
    );
    const { status, stderr } = host.run("init.sh", [], initInputs, { STEP_SECONDS: "50" });
    assert.equal(status, 1);
    assert.match(stderr, /waiting for a healthy API server\n.*did not come to its end within 5 s and was ended/);
    assert.match(stderr, /this-host: kubeadm init failed; correct what its last lines name and run pulumi up again\n$/);
    assert.doesNotMatch(stderr, /124|137/);
});

test("what the API server reads beside kubeadm's files is there before it starts; the policy follows the configuration", () => {
    const key = keyInputs("a");
    host.program("kubeadm", `cp "$ROOT/${FILE}" "$ROOT/at-start"`);
    assert.equal(init(key).status, 0);
    const file = encryptionFile([key.ENCRYPTION_KEY_NAME, key.ENCRYPTION_KEY]);
    assert.equal(host.read("at-start"), file);
    assert.equal(host.read(FILE), file);
    const { resources } = parse(file) as { resources: { resources: string[]; providers: object[] }[] };
    assert.deepEqual(resources[0]?.resources, ["secrets"]);
    assert.deepEqual(resources[0]?.providers.at(-1), { identity: {} });
    assert.equal(init({ ...key, AUDIT_LEVEL: "metadata", AUDIT_POLICY: "kind: Policy" }, ["verify"]).status, 0);
    assert.equal(host.read(`${STATE}/api-server/audit-metadata.yaml`), "kind: Policy\n");
});

test("another state's key is kept as a wish: the file that the API server lives on stays, and so does its key", () => {
    const [key, other] = [keyInputs("a"), keyInputs("b")];
    init(key);
    const before = host.read(FILE);
    const { status, stderr } = init(other, ["verify"]);
    assert.equal(status, 0, stderr);
    assert.equal(host.read(FILE), before);
    assert.equal(host.read(`${STATE}/encryption/keys/${key.ENCRYPTION_KEY_NAME}`), `${key.ENCRYPTION_KEY}\n`);
    assert.equal(host.read(`${STATE}/encryption/wanted`), `${other.ENCRYPTION_KEY_NAME}\n`);
});

test("the file of a version before, whose key is named stack, is read whole and stays; one of another form is refused", () => {
    init();
    const { ENCRYPTION_KEY: secret } = keyInputs("a");
    host.write(FILE, encryptionFile(["stack", secret]));
    const { status, stderr } = init(keyInputs("b"), ["verify"]);
    assert.equal(status, 0, stderr);
    assert.equal(host.read(FILE), encryptionFile(["stack", secret]));
    assert.equal(host.read(`${STATE}/encryption/keys/stack`), `${secret}\n`);
    assert.equal(host.read(`${STATE}/encryption/order`), "stack\n");

    host.clear(`${STATE}/encryption/order`);
    const strange = encryptionFile(["stack", secret]).replace("secretbox", "aescbc");
    host.write(FILE, strange);
    const refused = init(keyInputs("b"), ["verify"]);
    assert.equal(refused.status, 1);
    assert.match(refused.stderr, /encryption\.yaml is not as this program has written it/);
    assert.ok(!refused.stderr.includes(secret));
    assert.equal(host.read(FILE), strange);
});

test("a host of another stack is left as it is, and the refusal has the way out", () => {
    const [mine, theirs] = ["11111111-2222-3333-4444-555555555555", "99999999-2222-3333-4444-555555555555"];
    assert.equal(init({ STACK_IDENTITY: mine }).status, 0);
    assert.equal(host.read(`${STATE}/stack`), `${mine}\n`);
    const written = host.files(STATE);
    const { status, stderr } = init({ STACK_IDENTITY: theirs, ...keyInputs("b") }, ["verify"]);
    assert.equal(status, 1);
    assert.match(stderr, new RegExp(`${mine}, and this stack's is ${theirs}; nothing was changed`));
    assert.match(stderr, new RegExp(`pulumi config set identity ${mine}`));
    assert.deepEqual(host.files(STATE), written);
    assert.deepEqual(host.calls, []);
    assert.equal(init({ STACK_IDENTITY: mine }, ["verify"]).status, 0);
});

test("a cluster that was made before there were identities becomes the first stack's that comes", () => {
    init();
    assert.equal(init({ STACK_IDENTITY: "11111111-2222-3333-4444-555555555555" }, ["verify"]).status, 0);
    assert.equal(init({ STACK_IDENTITY: "99999999-2222-3333-4444-555555555555" }, ["verify"]).status, 1);
});

test("inputs that were cut off change nothing", () => {
    init(keyInputs("a"));
    const written = host.files(STATE);
    const half = encodeInputs({ ...initInputs, ...keyInputs("b") }).replace(/END\n$/, "");
    const { status, stderr } = host.runWith("init.sh", ["verify"], half);
    assert.equal(status, 1);
    assert.match(stderr, /standard input was cut off/);
    assert.deepEqual(host.files(STATE), written);
});

test("run again it only looks whether the control plane answers, and writes no file anew", () => {
    init(keyInputs("a"));
    assert.equal(init(keyInputs("a"), ["verify"]).status, 0);
    const written = host.files(STATE);
    assert.ok(written.some((line) => line.includes("encryption.yaml")));
    assert.equal(init(keyInputs("a"), ["verify"]).status, 0);
    assert.deepEqual(host.files(STATE), written);
    assert.equal(init(keyInputs("a")).status, 0);
    assert.deepEqual(kubeadm(), []);
    assert.deepEqual(host.files(STATE), written);
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
    assert.equal(host.read(`${STATE}/kubeadm.yaml`), undefined);
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
