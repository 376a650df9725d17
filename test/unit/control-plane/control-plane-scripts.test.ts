import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, test } from "node:test";
import { selfSigned } from "../../doubles/api-server";
import { encryptionFile, initInputs, keyInputs } from "./control-plane-inputs";
import { ScriptHost } from "../hosts/script-host";

// What runs on hosts for the sake of a control plane of several nodes.
const STATE = "var/lib/kubeadm-cluster";
const KEY = "0123456789abcdef".repeat(4);
const TOKEN = { TOKEN_ID: "abcdef", TOKEN_SECRET: "0123456789abcdef" };
const HEALTHY = ["a1, started, master, p, https://10.0.0.1:2379, false"];

let host: ScriptHost;
beforeEach(() => {
    host = new ScriptHost();
    host.program("ip", "");
    // The image of etcd, mounted, has the double of etcdctl.
    host.program(
        "ctr",
        'case "$*" in *" mount "*) to=${@: -1}/usr/local/bin; mkdir -p "$to"; cp "$ROOT/bin/etcdctl" "$to/" ;; esac',
    );
    host.program("curl", "exit 7");
    host.write("etc/kubernetes/manifests/etcd.yaml", "    image: registry.k8s.io/etcd:3.5.16-0\n");
    members(HEALTHY);
});
afterEach(() => host.remove());

/** What `etcdctl member list` prints, and whose client addresses are not healthy. */
function members(lines: string[], ...unhealthy: string[]): void {
    const list = lines.map((line) => `echo '${line}'`).join("; ");
    const ill = unhealthy.map((address) => `*${address}*health*) exit 1 ;;`).join(" ");
    host.program("etcdctl", `case "$*" in *"member list"*) ${list} ;; ${ill} esac`);
}

const three = (...states: string[]) =>
    [1, 2, 3].map(
        (n) =>
            `a${n}, started, ${n === 1 ? "master" : `master-${n}`}, p, https://10.0.0.${n}:2379, ${states[n] ?? "false"}`,
    );
const calls = (program: string) => host.calls.filter((call) => call.startsWith(`${program} `));
const changes = () =>
    calls("etcdctl")
        .filter((call) => call.includes("member remove"))
        .map((call) => call.split(" ").pop());

describe("admit.sh for a node of the control plane", () => {
    test("the certificates lie in the cluster under a key that no argument shows; its pin is printed", () => {
        host.write(`${STATE}/initialised`, "");
        host.write(`${STATE}/kubeadm.yaml`, "kind: InitConfiguration\n---\nkind: ClusterConfiguration\n");
        host.write(`${STATE}/cluster-configuration.yaml`, "kind: ClusterConfiguration\n");
        host.write("etc/kubernetes/pki/ca.crt", selfSigned("kubernetes").certificate);
        host.program("kubeadm", 'cp "${@: -1}" "$ROOT/given"; ls -l "${@: -1}" | cut -c 1-10 >"$ROOT/mode"');
        const inputs = {
            ...TOKEN,
            NODE_ADDRESS: "10.0.0.2",
            MACHINE_IDENTITY: `${"1".repeat(32)} -`,
            CERTIFICATE_KEY: KEY,
        };
        const { status, stdout, stderr } = host.run("admit.sh", ["master-2"], inputs);
        assert.equal(status, 0, stderr);
        assert.match(stdout, /^kubeadm-cluster> sha256:[0-9a-f]{64}\n$/);
        assert.equal(
            host.read("given"),
            `kind: InitConfiguration\ncertificateKey: ${KEY}\n---\nkind: ClusterConfiguration\n`,
        );
        assert.equal(host.read("mode"), "-rw-------\n");
        const [upload = ""] = calls("kubeadm");
        assert.match(upload, /upload-certs --skip-certificate-key-print --config \S+$/);
        assert.equal(host.read(upload.split(" ").pop()?.replace(host.root, "") ?? ""), undefined);
        assert.ok(!host.calls.join("\n").includes(KEY));
        assert.equal(host.read(`${STATE}/admissions/abcdef`), "master-2\ncontrol-plane\n\n");
        assert.match(host.calls.join("\n"), /enable --now kubeadm-cluster-admission\.path$/m);
    });

    test("a machine that the cluster knows by its kubelet is left alone, whoever has admitted it", () => {
        host.program("kubectl", `case "$*" in *readyz*) echo -n ok ;; *machineID*) echo -n ${"1".repeat(32)} ;; esac`);
        host.write(`${STATE}/initialised`, "");
        const inputs = {
            ...TOKEN,
            NODE_ADDRESS: "10.0.0.2",
            MACHINE_IDENTITY: `${"1".repeat(32)} -`,
            CERTIFICATE_KEY: KEY,
        };
        const { status, stdout } = host.run("readmit.sh", ["master"], inputs);
        assert.deepEqual([status, stdout], [0, ""]);
        assert.equal(calls("kubectl").length, 2);
        assert.deepEqual(calls("kubeadm"), []);
    });
});

describe("init.sh join", () => {
    const INPUTS = {
        ...initInputs,
        ...keyInputs("a"),
        NODE_NAME: "master-2",
        ADVERTISE_ADDRESS: "10.0.0.2",
        JOIN_CONFIGURATION: `kind: JoinConfiguration\ncertificateKey: ${KEY}\n`,
        TOKEN_ID: "abcdef",
        OTHER_MASTERS: "10.0.0.1 10.0.0.3",
    };
    const join = (inputs = {}) => host.run("init.sh", ["join"], { ...INPUTS, ...inputs });
    const NODE = 'case "$*" in *readyz*) echo -n ok ;; *"get nodes"*) echo node/master-2 ;; esac';
    const kubeadm = () => calls("kubeadm").map((call) => call.split(" ")[1]);

    // Of it the dates are printed.
    beforeEach(() => host.write("etc/kubernetes/pki/ca.crt", selfSigned("kubernetes").certificate));

    test("a bare host joins with a document that is gone afterwards; run again it only looks", () => {
        host.program("kubeadm", 'cp "${@: -1}" "$ROOT/given"');
        const { status, stdout, stderr } = join();
        assert.equal(status, 0, stderr);
        assert.match(stdout, /^kubeadm-cluster> # expires ca \d{4}-\S+Z$/m);
        assert.deepEqual(kubeadm(), ["join"]);
        assert.equal(host.read("given"), INPUTS.JOIN_CONFIGURATION);
        assert.equal(host.read(calls("kubeadm")[0]?.split(" ").pop()?.replace(host.root, "") ?? ""), undefined);
        assert.equal(
            host.read(`${STATE}/api-server/encryption.yaml`),
            encryptionFile([INPUTS.ENCRYPTION_KEY_NAME, INPUTS.ENCRYPTION_KEY]),
        );
        assert.ok(host.read(`${STATE}/kubeadm.yaml`)?.startsWith(INPUTS.INIT_CONFIGURATION));
        host.program("kubectl", NODE);
        assert.equal(join().status, 0);
        assert.deepEqual(kubeadm(), []);
    });

    test("54: a Node that was deleted by hand is registered again, and is one of the control plane", () => {
        join();
        // It is there from the kubelet's next start on.
        host.program("systemctl", 'case "$*" in "restart kubelet") touch "$ROOT/back" ;; esac');
        const machine = readFileSync("/etc/machine-id", "utf8").trim();
        host.program(
            "kubectl",
            `case "$*" in *readyz*) echo -n ok ;; *"-l node-role"*) ;; *machineID*) [ ! -e "$ROOT/back" ] || echo -n ${machine} ;; *kubelet.conf*) echo node/master-2 ;; esac`,
        );
        const { status, stderr } = join();
        assert.equal(status, 0, stderr);
        assert.match(stderr, /the Node master-2 is gone from the cluster/);
        assert.deepEqual(kubeadm(), []);
        const marks = calls("kubectl").filter((call) => / (annotate|label) /.test(call));
        assert.match(marks[0] ?? "", /annotate node .* master-2 -- kubeadm\.alpha\.kubernetes\.io\/cri-socket=unix:/);
        assert.match(marks[1] ?? "", /label node .* master-2 -- node-role\.kubernetes\.io\/control-plane= /);
    });

    test("what a join that was cut off has left goes first: etcd's learner, then the host's files", () => {
        host.program("kubectl", "exit 1");
        host.program("kubeadm", 'case "$1" in join) exit 1 ;; esac');
        assert.equal(join().status, 1);
        host.write("etc/kubernetes/pki/etcd/healthcheck-client.key", "");
        members([...HEALTHY, "b2, unstarted, , https://10.0.0.2:2380, , true"]);
        host.program("kubeadm", "");
        host.program("kubectl", 'case "$*" in *readyz*) exit 1 ;; esac');
        const { status, stderr } = join();
        assert.equal(status, 0, stderr);
        assert.deepEqual(changes(), ["b2"]);
        assert.match(calls("etcdctl")[0] ?? "", /--endpoints https:\/\/10\.0\.0\.1:2379,https:\/\/10\.0\.0\.3:2379 /);
        assert.deepEqual(kubeadm(), ["reset", "join"]);
    });

    test("a node that was taken out of the cluster joins anew; where nobody can be asked, nothing is undone", () => {
        join();
        host.program("kubectl", `case "$*" in *readyz*) echo -n ok ;; *kubelet.conf*) exit 1 ;; esac`);
        const { status, stderr } = host.run("init.sh", ["join"], INPUTS, { STEP_SECONDS: "32" });
        assert.equal(status, 1);
        assert.match(stderr, /the cluster does not say whether master-2 is still a node of it/);
        assert.deepEqual(kubeadm(), []);
        host.program(
            "kubectl",
            `case "$*" in *readyz*) echo -n ok ;; *secret*) echo secret/bootstrap-token-abcdef ;; esac`,
        );
        assert.equal(join().status, 0);
        assert.deepEqual(kubeadm(), ["reset", "join"]);
    });

    test("a join that lost its mark is known by the cluster, and not undone; nor while nobody can be asked", () => {
        join();
        host.clear(`${STATE}/initialised`);
        host.write("etc/kubernetes/admin.conf", "");
        const machine = readFileSync("/etc/machine-id", "utf8").trim();
        host.program("kubectl", "exit 1");
        const away = join();
        assert.equal(away.status, 1);
        assert.match(away.stderr, /the cluster does not say whether it came to its end; nothing was changed/);
        host.program(
            "kubectl",
            `case "$*" in *readyz*) echo -n ok ;; *"get nodes"*) echo -n ${machine} ;; *kubelet.conf*) echo node/x ;; esac`,
        );
        const { status, stderr } = join();
        assert.equal(status, 0, stderr);
        assert.deepEqual(kubeadm(), []);
        assert.notEqual(host.read(`${STATE}/initialised`), undefined);
    });

    test("a node that joins has the cluster's keys, whatever its own stack would make", () => {
        const { ENCRYPTION_KEY: secret } = keyInputs("c");
        assert.equal(join({ ENCRYPTION_KEYS: `stack ${secret}` }).status, 0);
        assert.equal(host.read(`${STATE}/api-server/encryption.yaml`), encryptionFile(["stack", secret]));
    });

    test("token and certificate key are gone from memory also where the join fails", () => {
        host.program("kubeadm", 'case "$1" in join) exit 1 ;; esac');
        assert.equal(join().status, 1);
        assert.equal(host.read("run/kubeadm-cluster-join.yaml"), undefined);
    });
});

describe("remove-control-plane-node.sh", () => {
    beforeEach(() => {
        host.write(`${STATE}/initialised`, "");
        host.program("kubectl", 'case "$*" in *readyz*) echo -n ok ;; *"-o name"*) echo node/master-3 ;; esac');
    });
    const remove = (...more: string[]) =>
        host.run("remove-control-plane-node.sh", ["master-3", ...more], { TOKEN_ID: "abcdef" });

    test("the node leaves the cluster, then etcd", () => {
        members(three());
        const { status, stderr } = remove();
        assert.equal(status, 0, stderr);
        assert.deepEqual(changes(), ["a3"]);
        assert.ok(host.calls.some((call) => call.includes("delete node master-3")));
    });

    test("a host that is lost is let go of, since two of two are left", () => {
        members(three(), "10.0.0.3");
        assert.equal(remove("gone").status, 0);
        assert.deepEqual(changes(), ["a3"]);
    });

    test("refused with the numbers where etcd would have no quorum, before anything is changed", () => {
        members(three(), "10.0.0.2");
        const { status, stderr } = remove();
        assert.equal(status, 1);
        assert.match(
            stderr,
            /master-3 is not removed: of etcd's 3 members 1 would be left healthy, and a quorum of 2 is 2\. Nothing was changed; bring back first: master master-2/,
        );
        assert.deepEqual(changes(), []);
        assert.deepEqual(calls("kubectl"), []);
    });

    test("what was done already is not done again", () => {
        members(HEALTHY);
        assert.equal(remove().status, 0);
        assert.deepEqual(changes(), []);
    });

    test("an etcd without quorum is told as such, with the peers it hears", () => {
        host.program("etcdctl", "exit 1");
        host.program(
            "curl",
            `case "$*" in *health) echo '{"health":"false","reason":"RAFT NO LEADER"}' ;; *) printf 'etcd_network_active_peers{Remote="x"} 0\\netcd_network_active_peers{Remote="y"} 0\\n' ;; esac`,
        );
        const { status, stderr } = remove();
        assert.equal(status, 1);
        assert.match(
            stderr,
            /etcd has no quorum: it hears 0 of 2 peers\. Bring their hosts back, or restore a snapshot/,
        );
        assert.deepEqual(calls("kubectl"), []);
    });
});
