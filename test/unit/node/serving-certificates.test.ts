import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { initConfiguration } from "../../../components/node/kubeadm-config";
import { cluster, nodeOf } from "../config/cluster";
import { ScriptHost } from "./script-host";

const STATE = "var/lib/kubeadm-cluster";
const UNIT = "etc/systemd/system/kubeadm-cluster-serving-certificates";
const SERVING = '"digital signature","server auth",';

let host: ScriptHost;
beforeEach(() => (host = new ScriptHost()));
afterEach(() => host.remove());

describe("approve-serving-certificates.sh", () => {
    let keys: string;
    before(() => {
        keys = mkdtempSync(join(tmpdir(), "serving-keys-"));
        const key = ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", join(keys, "key")];
        execFileSync("openssl", ["genpkey", ...key], { stdio: "ignore" });
    });
    after(() => rmSync(keys, { recursive: true }));
    beforeEach(() => {
        host.write(`${STATE}/serving-nodes/worker-1`, "192.0.2.11\n");
        host.write(`${STATE}/serving-nodes/worker-2`, "192.0.2.12\n");
    });

    interface Asked {
        by?: string;
        usages?: string;
        subject?: string;
        names?: string;
        request?: string;
    }
    /** A line as kubectl prints it for the script; by default what the kubelet of worker-1 asks for. */
    function line(asked: Asked, number: number): string {
        const subject = asked.subject ?? "/O=system:nodes/CN=system:node:worker-1";
        const names = asked.names ?? "DNS:worker-1,IP:192.0.2.11";
        const extension = names === "" ? [] : ["-addext", `subjectAltName=${names}`];
        const options = ["req", "-new", "-multivalue-rdn", "-key", join(keys, "key"), "-subj", subject, ...extension];
        const request = asked.request ?? execFileSync("openssl", options, { stdio: ["ignore", "pipe", "ignore"] });
        const text = Buffer.from(request).toString("base64");
        return [
            `csr-${number}`,
            `uid-${number}`,
            `"${asked.by ?? "system:node:worker-1"}"`,
            asked.usages ?? SERVING,
            text,
        ].join("\t");
    }
    function approve(...asked: Asked[]) {
        host.write("pending", asked.map((one, number) => `${line(one, number)}\n`).join(""));
        host.program("kubectl", 'case "$*" in *" get "*) cat "$ROOT/pending" ;; esac');
        const { status, stderr } = host.run("approve-serving-certificates.sh", [], {});
        assert.equal(status, 0, stderr);
        return { stderr, approved: host.calls.filter((call) => call.includes("certificate approve")).length };
    }

    test("a node's own name and address are approved", () => {
        assert.equal(approve({}).approved, 1);
        const rsa = '"key encipherment","digital signature","server auth",';
        assert.equal(approve({ usages: rsa }).approved, 1);
    });

    const foreign: [string, Asked, RegExp][] = [
        [
            "another node's name",
            { names: "DNS:worker-2,IP:192.0.2.11" },
            /may have DNS:worker-1, IP Address:192\.0\.2\.11/,
        ],
        ["another node's address", { names: "DNS:worker-1,IP:192.0.2.12" }, /asks for: .*192\.0\.2\.12/],
        ["a name more", { names: "DNS:worker-1,DNS:api,IP:192.0.2.11" }, /DNS:api/],
        ["an address more", { names: "DNS:worker-1,IP:192.0.2.11,IP:192.0.2.12" }, /192\.0\.2\.12/],
        ["an address less", { names: "DNS:worker-1" }, /asks for: DNS:worker-1/],
        ["a mail address more", { names: "DNS:worker-1,IP:192.0.2.11,email:a@b" }, /email/],
        ["no name", { names: "" }, /asks for no name/],
        ["another node's subject", { subject: "/O=system:nodes/CN=system:node:worker-2" }, /another subject/],
        ["an administrator's group", { subject: "/O=system:masters/CN=system:node:worker-1" }, /another subject/],
        ["a second group", { subject: "/O=system:nodes/O=system:masters/CN=system:node:worker-1" }, /another subject/],
        ["a subject that only looks alike", { subject: "/CN=system:node:worker-1,O=system:nodes" }, /another subject/],
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

    test("an API server that is away is no failure", () => {
        host.program("kubectl", "exit 1");
        assert.equal(host.run("approve-serving-certificates.sh", [], {}).status, 0);
    });
});

describe("the record that approval goes by", () => {
    const admit = (address: string, ...args: string[]) =>
        host.run("admit.sh", ["worker-1", ...args], {
            ...{ TOKEN_ID: "abcdef", TOKEN_SECRET: "0123456789abcdef" },
            ...{ NODE_ADDRESS: address, MACHINE_IDENTITY: "11111111 -" },
        });
    const record = () => host.read(`${STATE}/serving-nodes/worker-1`);

    test("is written at admission, and for a node from before by the update; what was refused is looked at again", () => {
        assert.equal(admit("192.0.2.11").status, 0);
        assert.equal(record(), "192.0.2.11\n");
        host.clear(`${STATE}/serving-nodes/worker-1`);
        host.write(`${STATE}/serving-refused`, "uid-a\n");
        assert.equal(admit("192.0.2.11", "unless-admitted").status, 0);
        assert.equal(record(), "192.0.2.11\n");
        assert.equal(host.read(`${STATE}/serving-refused`), undefined);
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
    const init = (kubelet: string, ...args: string[]) =>
        host.run("init.sh", args, {
            ...{ CLUSTER_IDENTITY: "", KUBECONFIG_USER: "", ENCRYPTION_CONFIGURATION: "" },
            ...{ AUDIT_LEVEL: "", AUDIT_POLICY: "" },
            INIT_CONFIGURATION: initConfiguration({ ...nodeOf(cluster(), "master"), internalAddress: "192.0.2.10" }),
            CLUSTER_CONFIGURATION: `kind: ClusterConfiguration\n---\nkind: KubeletConfiguration\n${kubelet}`,
        });
    const there = () => ["service", "timer"].map((kind) => existsSync(join(host.root, `${UNIT}.${kind}`)));
    const systemctl = () => host.calls.filter((call) => call.startsWith("systemctl"));

    test("is not installed where kubelets have certificates of their own", () => {
        assert.equal(init("").status, 0);
        assert.deepEqual(there(), [false, false]);
        assert.deepEqual(systemctl(), []);
    });

    test("comes and goes with the setting, also on a living cluster, and knows the control plane's own node", () => {
        init("");
        assert.equal(init("serverTLSBootstrap: true\n", "verify").status, 0);
        assert.deepEqual(there(), [true, true]);
        assert.match(host.read(`${UNIT}.service`) ?? "", /^ExecStart=\/\S+\/approve-serving-certificates\.sh$/m);
        assert.deepEqual(systemctl(), [
            "systemctl daemon-reload",
            "systemctl -q enable --now kubeadm-cluster-serving-certificates.timer",
        ]);
        assert.equal(host.read(`${STATE}/serving-nodes/master`), "192.0.2.10\n");
        assert.equal(init("", "verify").status, 0);
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
        /no serving certificate after \d s; on the control plane, see: journalctl -u kubeadm-cluster-/,
    );
    host.write("var/lib/kubelet/pki/kubelet-server-current.pem", "");
    assert.equal(settle().status, 0);
});
