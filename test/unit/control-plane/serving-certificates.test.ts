import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { initConfiguration } from "../../../components/control-plane/kubeadm-config";
import { cluster, nodeOf } from "../config/cluster";
import {
    BY_GO,
    extensionRequest,
    kubeletRequest,
    named,
    requestInfo,
    signedRequest,
    subjectOf,
    twoFacedRequest,
    type SubjectPart,
} from "./kubelet-requests";
import { selfSigned } from "../../doubles/api-server";
import { ScriptHost } from "../hosts/script-host";

const STATE = "var/lib/kubeadm-cluster";
const UNIT = "etc/systemd/system/kubeadm-cluster-serving-certificates";
const SERVING = '"digital signature","server auth",';

let host: ScriptHost;
beforeEach(() => (host = new ScriptHost()));
afterEach(() => host.remove());

describe("approve-serving-certificates.sh", () => {
    beforeEach(() => {
        host.write(`${STATE}/serving-nodes/worker-1`, "192.0.2.11\n");
        host.write(`${STATE}/serving-nodes/worker-2`, "192.0.2.12\n");
    });

    interface Asked {
        by?: string;
        usages?: string;
        request?: string;
    }
    const HONEST = [named.dns("worker-1"), named.ip("192.0.2.11")];
    /** A line as kubectl prints it for the script; by default what the kubelet of worker-1 asks for. */
    function line({ by = "system:node:worker-1", usages = SERVING, request = "" }: Asked, number: number): string {
        const text = Buffer.from(request || kubeletRequest("worker-1", ...HONEST)).toString("base64");
        const time = new Date(1.7e12 + number * 1000).toISOString();
        return [time, `csr-${number}`, `uid-${number}`, `"${by}"`, usages, text].join("\t");
    }
    function approve(...asked: Asked[]) {
        host.write("pending", asked.map((one, number) => `${line(one, number)}\n`).join(""));
        host.program("kubectl", 'case "$*" in *" get "*) cat "$ROOT/pending" ;; esac');
        const { status, stderr } = host.run("approve-serving-certificates.sh", [], {});
        assert.equal(status, 0, stderr);
        return { stderr, approved: host.calls.filter((call) => call.includes("certificate approve")).length };
    }
    const asks = (...names: Buffer[]) => ({ request: kubeletRequest("worker-1", ...names) });
    const of = (...parts: SubjectPart[]) => ({
        request: signedRequest(requestInfo(subjectOf(...parts), [extensionRequest(...HONEST)])),
    });

    test("a node's own name and address are approved", () => {
        assert.equal(approve({ request: BY_GO.serving }).approved, 1);
        const rsa = '"key encipherment","digital signature","server auth",';
        assert.equal(approve({ usages: rsa }).approved, 1);
    });

    const names = /asks for another subject or other names than DNS:worker-1, IP Address:192\.0\.2\.11/;
    const foreign: [string, Asked, RegExp][] = [
        ["another node's name", asks(named.dns("worker-2"), named.ip("192.0.2.11")), names],
        ["another node's address", asks(named.dns("worker-1"), named.ip("192.0.2.12")), names],
        ["a name more", asks(named.dns("worker-1"), named.dns("api"), named.ip("192.0.2.11")), names],
        ["an address more", asks(...HONEST, named.ip("192.0.2.12")), names],
        ["an address less", asks(named.dns("worker-1")), names],
        ["a mail address more", asks(...HONEST, named.mail("a@b")), names],
        ["no name", asks(), names],
        [
            "names that OpenSSL does not show",
            { request: twoFacedRequest("worker-1", HONEST, [named.dns("api")]) },
            names,
        ],
        ["another node's subject", of(["O", "system:nodes"], ["CN", "system:node:worker-2"]), names],
        ["an administrator's group", of(["O", "system:masters"], ["CN", "system:node:worker-1"]), names],
        ["a second group", of(["O", "system:nodes"], ["O", "system:masters"], ["CN", "system:node:worker-1"]), names],
        ["a subject that only looks alike", of(["CN", "system:node:worker-1,O=system:nodes"]), names],
        ["a client's certificate", { usages: '"digital signature","client auth",' }, /other usages/],
        ["both usages", { usages: '"digital signature","client auth","server auth",' }, /other usages/],
        ["a node that is none", { by: "system:node:stranger" }, /stranger is no node of this program/],
        ["a user", { by: "alice" }, /asked for by "alice", which is no node/],
        ["a path for a name", { by: "system:node:../x" }, /which is no node/],
        ["what is no request", { request: "hello" }, /what is no request/],
    ];
    for (const [what, asked, reason] of foreign) {
        test(`${what}: left pending, with the reason, once`, () => {
            const first = approve(asked);
            assert.equal(first.approved, 0);
            assert.match(first.stderr, /^<4>csr-0 stays pending: [^\n]+\n$/);
            assert.match(first.stderr, reason);
            assert.deepEqual(approve(asked), { approved: 0, stderr: "" });
        });
    }

    test("one that stays pending does not stop the next", () => {
        assert.equal(approve({ by: "alice" }, {}).approved, 1);
    });

    test("a thousand requests of one node: five are looked at, older ones go, another node has its own (finding 2)", () => {
        const junk = Array.from({ length: 1000 }, () => ({ by: "system:node:worker-2", request: "junk" }));
        const began = Date.now();
        const { approved, stderr } = approve({}, ...junk);
        assert.ok(Date.now() - began < 10_000, `${Date.now() - began} ms`);
        assert.equal(approved, 1);
        assert.equal(stderr.match(/stays pending/g)?.length, 5);
        const [gone = ""] = host.calls.filter((call) => call.includes(" delete "));
        assert.equal(gone.match(/ csr-\d+/g)?.length, 200);
        assert.ok(!/ csr-(0|1000|999|998|997|996)\b/.test(gone), gone);
    });

    test("an API server that is away is no failure", () => {
        host.program("kubectl", "exit 1");
        assert.equal(host.run("approve-serving-certificates.sh", [], {}).status, 0);
    });
});

describe("the record that approval goes by", () => {
    const admit = (address: string, ...args: string[]) =>
        host.run("admit.sh", ["worker-1", ...args], {
            ...{ TOKEN_ID: "abcdef", TOKEN_SECRET: "0123456789abcdef" },
            ...{ NODE_ADDRESS: address, MACHINE_IDENTITY: `${"1".repeat(32)} -` },
        });
    const record = () => host.read(`${STATE}/serving-nodes/worker-1`);

    test("is written at admission, and for a node from before by the update; what was refused is looked at again", () => {
        assert.equal(admit("192.0.2.11").status, 0);
        assert.equal(record(), "192.0.2.11\n");
        host.clear(`${STATE}/serving-nodes/worker-1`);
        host.write("run/kubeadm-cluster-serving-refused", "uid-a\n");
        const again = admit("192.0.2.11", "unless-admitted");
        assert.equal(again.status, 0, again.stderr);
        assert.equal(record(), "192.0.2.11\n");
        assert.equal(host.read("run/kubeadm-cluster-serving-refused"), undefined);
    });

    test("goes when the node leaves the cluster", () => {
        admit("192.0.2.11");
        host.write(`${STATE}/initialised`, "");
        const { status, stderr } = host.run("remove-node.sh", ["worker-1", "gone"], { TOKEN_ID: "abcdef" });
        assert.equal(status, 0, stderr);
        assert.equal(record(), undefined);
    });
});

describe("the timer", () => {
    const init = (serving: string, ...args: string[]) =>
        host.run("init.sh", args, {
            ...{ CLUSTER_IDENTITY: "", KUBECONFIG_USER: "", ENCRYPTION_KEY: "", ENCRYPTION_KEY_NAME: "" },
            ...{ AUDIT_LEVEL: "", AUDIT_POLICY: "", NODE_NAME: "master", KUBERNETES_VERSION: "v1.32.0" },
            ...{ KUBE_PROXY_CONFIGURATION: "", CERTIFICATE_CONFIGURATION: "", ADVERTISE_ADDRESS: "192.0.2.10" },
            INIT_CONFIGURATION: initConfiguration(nodeOf(cluster(), "master")),
            CLUSTER_CONFIGURATION: "kind: ClusterConfiguration",
            KUBELET_CONFIGURATION: "kind: KubeletConfiguration",
            SERVING_CERTIFICATES: serving,
        });
    const there = () => ["service", "timer"].map((kind) => existsSync(join(host.root, `${UNIT}.${kind}`)));
    const systemctl = () => host.calls.filter((call) => call.startsWith("systemctl"));

    test("is not installed where kubelets have certificates of their own", () => {
        assert.equal(init("false").status, 0);
        assert.deepEqual(there(), [false, false]);
        assert.deepEqual(systemctl(), []);
    });

    test("comes and goes with the setting, also on a living cluster, and knows the control plane's own node", () => {
        init("false");
        host.program("kubectl", 'case "$*" in *readyz*) echo -n ok ;; *"get nodes"*) echo node/master ;; esac');
        assert.equal(init("true", "verify").status, 0);
        assert.deepEqual(there(), [true, true]);
        assert.match(host.read(`${UNIT}.service`) ?? "", /^ExecStart=\/\S+\/approve-serving-certificates\.sh$/m);
        assert.deepEqual(systemctl(), [
            "systemctl daemon-reload",
            "systemctl -q enable --now kubeadm-cluster-serving-certificates.timer",
        ]);
        assert.equal(host.read(`${STATE}/serving-nodes/master`), "192.0.2.10\n");
        assert.equal(init("false", "verify").status, 0);
        assert.deepEqual(there(), [false, false]);
        assert.ok(systemctl().some((call) => call.includes("disable --now")));
    });
});

test("a node is not settled before its certificate is there, and the error says where to look", () => {
    const settle = () => host.run("settle.sh", [], { NODE_NAME: "worker-1", WAIT_SECONDS: "1", WAIT_FOR_DNS: "false" });
    host.program("kubectl", "echo True fine");
    assert.equal(settle().status, 0);
    host.write("var/lib/kubelet/config.yaml", "serverTLSBootstrap: true\n");
    const { status, stderr } = settle();
    assert.equal(status, 1);
    assert.match(
        stderr,
        /no valid serving certificate after \d s; on the control plane, see: journalctl -u kubeadm-cluster-/,
    );
    host.write("var/lib/kubelet/pki/kubelet-server-current.pem", selfSigned("worker-1").certificate);
    assert.equal(settle().status, 0);
});
