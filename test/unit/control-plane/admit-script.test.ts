import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, test } from "node:test";
import { kubectlCalls } from "./kubectl-calls";
import { ScriptHost } from "../hosts/script-host";

let host: ScriptHost;
beforeEach(() => {
    host = new ScriptHost();
    host.write("var/lib/kubeadm-cluster/initialised", "");
    host.program("kubectl", 'case "$*" in *readyz*) echo -n ok ;; *"apply "*) cat >"$ROOT/applied" ;; esac');
});
afterEach(() => host.remove());

const ONE = "1".repeat(32);
const TWO = "2".repeat(32);
const token = { TOKEN_ID: "abcdef", TOKEN_SECRET: "0123456789abcdef" };
const admit = (node: string, identity: string, args: string[] = []) =>
    host.run("admit.sh", [node, ...args], { ...token, NODE_ADDRESS: "192.0.2.11", MACHINE_IDENTITY: identity });

describe("admit.sh", () => {
    test("the token's secret reaches the API server by standard input, and no argument", () => {
        const { status, stderr } = admit("worker-1", `${ONE} -`);
        assert.equal(status, 0, stderr);
        const applied = host.read("applied") ?? "";
        assert.match(applied, /^metadata: \{name: bootstrap-token-abcdef, namespace: kube-system\}$/m);
        assert.match(applied, /^ {2}token-secret: "0123456789abcdef"$/m);
        const expiration = /^ {2}expiration: "(\S+)"$/m.exec(applied)?.[1] ?? "";
        const minutes = (Date.parse(expiration) - Date.now()) / 60_000;
        assert.ok(minutes > 13 && minutes <= 15, expiration);
        assert.ok(!host.calls.join("\n").includes(token.TOKEN_SECRET));
    });

    test("a clone is refused with the name of the node that has its identity already, and what to do", () => {
        assert.equal(admit("worker-1", `${ONE} aaaa`).status, 0);
        const sameId = admit("worker-2", `${ONE} bbbb`);
        assert.equal(sameId.status, 1);
        assert.match(sameId.stderr, /worker-2 has the machine-id of worker-1 \(1{32}\); .*systemd-machine-id-setup/);
        const sameUuid = admit("worker-2", `${TWO} aaaa`);
        assert.equal(sameUuid.status, 1);
        assert.match(sameUuid.stderr, /worker-2 has the product_uuid of worker-1 \(aaaa\)/);
        assert.deepEqual(kubectlCalls(host), []);
    });

    test("a worker's own identity may come again, and hosts without a product_uuid are not clones", () => {
        for (const [node, identity] of [
            ["worker-1", `${ONE} -`],
            ["worker-1", `${ONE} -`],
            ["worker-2", `${TWO} -`],
        ] as const) {
            assert.equal(admit(node, identity).status, 0);
        }
    });

    test("the control plane's own machine-id is no worker's", () => {
        const own = readFileSync("/etc/machine-id", "utf8").trim();
        const { stderr } = admit("worker-1", `${own} -`);
        assert.ok(stderr.includes("worker-1 has the machine-id of this-host ("), stderr);
    });

    test("a machine that has been admitted is left alone by an update; another one under its name takes its place", () => {
        host.write("var/lib/kubeadm-cluster/initialised", "");
        host.program(
            "kubectl",
            'case "$*" in *readyz*) echo -n ok ;; *"-o name"*) echo node/worker-1 ;; *"apply "*) cat >"$ROOT/applied" ;; esac',
        );
        const update = (identity: string) => admit("worker-1", identity, ["unless-admitted"]);
        admit("worker-1", `${ONE} -`);
        assert.equal(update(`${ONE} -`).status, 0);
        assert.deepEqual(host.calls, []);
        const { status, stderr } = update(`${TWO} -`);
        assert.equal(status, 0, stderr);
        const verbs = kubectlCalls(host).map((call) => call.replace(/ (?:--|-o).*$/, ""));
        assert.ok(verbs.indexOf("delete node worker-1") >= 0, verbs.join("\n"));
        assert.ok(verbs.indexOf("delete node worker-1") < verbs.indexOf("apply"), verbs.join("\n"));
        assert.equal(host.read("var/lib/kubeadm-cluster/nodes/worker-1"), `${TWO} -\n`);
        assert.equal(update(`${TWO} -`).status, 0);
        assert.deepEqual(host.calls, []);
    });
});

describe("what admit.sh records (finding 5)", () => {
    const records = (node: string) => host.read(`var/lib/kubeadm-cluster/nodes/${node}`);

    test("a machine-id of several lines, or in another form, is refused and puts no line for another node", () => {
        for (const identity of [`${ONE} -\nworker-2 ${ONE} -`, `${ONE}`, `${ONE} a b`, "hello -", ""]) {
            const { status, stderr } = admit("worker-1", identity);
            assert.equal(status, 1);
            assert.match(stderr, /no machine-id of 32 hexadecimal digits.*Nothing was changed/);
        }
        assert.deepEqual([records("worker-1"), records("worker-2"), kubectlCalls(host)], [undefined, undefined, []]);
    });

    test("a name is matched literally: a.b leaves a-b as it is", () => {
        assert.equal(admit("a-b", `${ONE} -`).status, 0);
        assert.equal(admit("a.b", `${"2".repeat(32)} -`).status, 0);
        host.write("var/lib/kubeadm-cluster/initialised", "");
        assert.equal(host.run("remove-node.sh", ["a.b"], { TOKEN_ID: "abcdef" }).status, 0);
        assert.equal(records("a-b"), `${ONE} -\n`);
        assert.equal(records("a.b"), undefined);
    });

    test("the list of versions before is taken over, but for what is no record", () => {
        host.write(
            "var/lib/kubeadm-cluster/machines",
            `worker-1 ${ONE} -\nworker-1 ${"3".repeat(32)} -\n../x ${ONE} -\nb x\n`,
        );
        const { status, stderr } = admit("worker-1", `${ONE} -`, ["unless-admitted"]);
        assert.equal(status, 0, stderr);
        assert.deepEqual(kubectlCalls(host), []);
        assert.equal(records("worker-1"), `${ONE} -\n`);
        assert.equal(host.read("var/lib/kubeadm-cluster/machines"), undefined);
    });

    test("the token is in no group whose requests the controller manager approves (finding 4)", () => {
        assert.equal(admit("worker-1", `${ONE} -`).status, 0);
        const applied = host.read("applied") ?? "";
        assert.doesNotMatch(applied, /default-node-token|nodeclient/);
        assert.match(applied, /^ {2}auth-extra-groups: system:bootstrappers:kubeadm-cluster$/m);
        const roles = [...applied.matchAll(/^roleRef: .* name: "(.*)"\}$/gm)].map(([, role]) => role);
        assert.deepEqual(roles, [
            ...["system:node-bootstrapper", "kubeadm:get-nodes", "kubeadm:kubelet-config"],
            ...["kubeadm:nodes-kubeadm-config", "kubeadm:kubeadm-certs", "kube-proxy"],
        ]);
        assert.equal(host.read("var/lib/kubeadm-cluster/admissions/abcdef"), "worker-1\nworker\n\n");
    });

    test("an API server that is away during an admission is waited for, and the same run ends well", () => {
        host.program(
            "kubectl",
            `case "$*" in
            *readyz*) [ "$(grep -c readyz "$ROOT/calls")" -gt 3 ] && echo -n ok ;;
            *"apply "*) cat >"$ROOT/applied"; [ "$(grep -c "apply " "$ROOT/calls")" -gt 2 ] ;; esac`,
        );
        const { status, stderr } = admit("worker-1", `${ONE} -`);
        assert.equal(status, 0, stderr);
    });
});
