import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, test } from "node:test";
import { ScriptHost } from "./script-host";

// What runs on a control plane node for the sake of other nodes, and of the administrator.
let host: ScriptHost;
beforeEach(() => {
    host = new ScriptHost();
    host.write("var/lib/kubeadm-cluster/initialised", "");
});
afterEach(() => host.remove());

/** Calls of kubectl as the administrator, without the words that are always the same. */
const kubectl = () =>
    host.calls
        .filter((call) => call.startsWith("kubectl"))
        .map((call) => call.replace(/^kubectl --kubeconfig=\S+ /, "").replace(/ --request-timeout \S+/, ""))
        .filter((call) => !call.includes("/readyz"));

describe("admit.sh", () => {
    const ONE = "1".repeat(32);
    const TWO = "2".repeat(32);
    const token = { TOKEN_ID: "abcdef", TOKEN_SECRET: "0123456789abcdef" };
    const admit = (node: string, identity: string, args: string[] = []) =>
        host.run("admit.sh", [node, ...args], { ...token, NODE_ADDRESS: "192.0.2.11", MACHINE_IDENTITY: identity });

    beforeEach(() =>
        host.program("kubectl", 'case "$*" in *readyz*) echo -n ok ;; *"apply "*) cat >"$ROOT/applied" ;; esac'),
    );

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
        assert.deepEqual(kubectl(), []);
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
        const verbs = kubectl().map((call) => call.replace(/ (?:--|-o).*$/, ""));
        assert.ok(verbs.indexOf("delete node worker-1") >= 0, verbs.join("\n"));
        assert.ok(verbs.indexOf("delete node worker-1") < verbs.indexOf("apply"), verbs.join("\n"));
        assert.equal(host.read("var/lib/kubeadm-cluster/nodes/worker-1"), `${TWO} -\n`);
        assert.equal(update(`${TWO} -`).status, 0);
        assert.deepEqual(host.calls, []);
    });
});

describe("what admit.sh records (finding 5)", () => {
    const token = { TOKEN_ID: "abcdef", TOKEN_SECRET: "0123456789abcdef" };
    const admit = (node: string, identity: string, args: string[] = []) =>
        host.run("admit.sh", [node, ...args], { ...token, NODE_ADDRESS: "192.0.2.11", MACHINE_IDENTITY: identity });
    const ONE = "1".repeat(32);
    const records = (node: string) => host.read(`var/lib/kubeadm-cluster/nodes/${node}`);

    test("a machine-id of several lines, or in another form, is refused and puts no line for another node", () => {
        for (const identity of [`${ONE} -\nworker-2 ${ONE} -`, `${ONE}`, `${ONE} a b`, "hello -", ""]) {
            const { status, stderr } = admit("worker-1", identity);
            assert.equal(status, 1);
            assert.match(stderr, /no machine-id of 32 hexadecimal digits.*Nothing was changed/);
        }
        assert.deepEqual([records("worker-1"), records("worker-2"), kubectl()], [undefined, undefined, []]);
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
        assert.deepEqual(kubectl(), []);
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

    beforeEach(() =>
        host.program("kubectl", 'case "$*" in *readyz*) echo -n ok ;; *"apply "*) cat >"$ROOT/applied" ;; esac'),
    );
});

describe("remove-node.sh", () => {
    const remove = () => host.run("remove-node.sh", ["worker-1"], { TOKEN_ID: "abcdef" });
    const nodes = (...lines: string[]) =>
        host.program(
            "kubectl",
            `case "$*" in *readyz*) echo -n ok ;; *"-o name"*) echo node/worker-1 ;; *"get nodes"*) printf '%s\\n' ${lines.map((line) => `'${line}'`).join(" ")} ;; esac`,
        );
    const verbs = () => kubectl().map((call) => call.replace(/ (?:--|-o).*$/, ""));

    test("a node whose Pods can go elsewhere is drained, then deleted", () => {
        nodes("master  NoSchedule", "worker-1  ", "worker-2  ");
        assert.equal(remove().status, 0);
        assert.deepEqual(verbs().slice(-4), [
            "get node worker-1",
            "get nodes",
            "drain worker-1",
            "delete node worker-1",
        ]);
    });

    test("a node that does not report is not drained: nobody would confirm it", () => {
        host.program(
            "kubectl",
            'case "$*" in *readyz*) echo -n ok ;; *"-o name"*) echo node/worker-1 ;; *"get nodes"*) echo "worker-2  " ;; *conditions*) echo -n Unknown ;; esac',
        );
        const { status, stderr } = remove();
        assert.equal(status, 0);
        assert.match(stderr, /worker-1 does not report any more/);
        assert.deepEqual(verbs().slice(-2), ["get node worker-1", "delete node worker-1"]);
    });

    test("the last node that takes Pods is not drained: eviction would only wait", () => {
        nodes("master  NoSchedule", "worker-1  ", "worker-2 true ");
        assert.equal(remove().status, 0);
        assert.deepEqual(verbs().slice(-4), [
            ...["cordon worker-1", "get node worker-1", "get nodes", "delete node worker-1"],
        ]);
    });

    test("where the other nodes leave during the drain, as when the whole cluster goes, a blocked eviction is given up", () => {
        host.program(
            "kubectl",
            'case "$*" in *readyz*) echo -n ok ;; *"-o name"*) echo node/worker-1 ;; *"get nodes"*) echo "worker-2 $(cat "$ROOT/leaving" 2>/dev/null) " ;; *drain*) echo true >"$ROOT/leaving"; exit 1 ;; esac',
        );
        const { status, stderr } = remove();
        assert.equal(status, 0, stderr);
        assert.deepEqual(verbs().slice(-4), [...["get nodes", "drain worker-1", "get nodes", "delete node worker-1"]]);
    });

    test("a node whose host is lost is not drained: Pods and volumes are let go of, then it is deleted", () => {
        nodes("master  NoSchedule", "worker-1  ", "worker-2  ");
        const { status, stderr } = host.run("remove-node.sh", ["worker-1", "gone"], { TOKEN_ID: "abcdef" });
        assert.equal(status, 0, stderr);
        assert.deepEqual(verbs().slice(-5), [
            ...["cordon worker-1", "taint node worker-1", "delete pods"],
            ...["get volumeattachments", "delete node worker-1"],
        ]);
    });

    test("a node that is gone already, and a control plane that never came up, are no error", () => {
        host.program("kubectl", 'case "$*" in *readyz*) echo -n ok ;; esac');
        assert.equal(remove().status, 0);
        assert.ok(!verbs().some((call) => call.startsWith("delete node")));
        const bare = new ScriptHost();
        try {
            assert.equal(bare.run("remove-node.sh", ["worker-1"], { TOKEN_ID: "abcdef" }).status, 0);
            assert.deepEqual(bare.calls, []);
        } finally {
            bare.remove();
        }
    });

    test("a question that fails is not a node that is gone (finding 6): nothing is said to have left", () => {
        for (const question of ["-o name", "get nodes", "conditions", "cordon", "drain worker", "delete node"]) {
            host.program(
                "kubectl",
                `case "$*" in *readyz*) echo -n ok ;; *"${question}"*) exit 1 ;; *"-o name"*) echo node/worker-1 ;; *"get nodes"*) echo "worker-2  " ;; esac`,
            );
            const { status, stderr } = remove();
            assert.equal(status, 1, question);
            assert.match(stderr, /worker-1/, question);
        }
    });

    test("Pods that cannot be moved: the node stays, and the error says what may block", () => {
        host.program(
            "kubectl",
            'case "$*" in *readyz*) echo -n ok ;; *"-o name"*) echo node/worker-1 ;; *"get nodes"*) echo "worker-2  " ;; *drain*) echo "cannot evict db-0" >&2; exit 1 ;; esac',
        );
        const { status, stderr } = remove();
        assert.equal(status, 1);
        assert.match(stderr, /cannot evict db-0/);
        assert.match(stderr, /the Pods of worker-1 could not be moved within \d+ s/);
        assert.ok(!verbs().some((call) => call.startsWith("delete node")));
    });

    test("an API server that does not answer is an error with both ways out, and no node is touched", () => {
        host.program("kubectl", "exit 1");
        const { status, stderr } = remove();
        assert.equal(status, 1);
        assert.match(stderr, /API server of this host does not answer.*Repair it; or.*initialised/s);
        assert.ok(!verbs().some((call) => call.startsWith("delete")));
    });
});

describe("taint.sh", () => {
    const taint = (lines: string, more: Record<string, string> = {}) => {
        const { status, stderr } = host.run("taint.sh", ["worker-1"], { TAINTS: lines, ...more });
        assert.equal(status, 0, stderr);
        return kubectl()
            .slice(1)
            .map((call) => call.replace("taint --overwrite node worker-1 -- ", ""));
    };
    /** The Node has these taints; its kubelet may write what it likes into the annotation. */
    const node = (...present: string[]) =>
        host.program(
            "kubectl",
            `case "$*" in *readyz*) echo -n ok ;; *"get node"*) printf '%s\\n' node ${present.map((one) => `'${one}'`).join(" ")} ;; esac`,
        );
    const RECORD = "var/lib/kubeadm-cluster/taints/worker-1";

    test("removes what was declared before and is not any more, sets what is declared now, touches nothing else", () => {
        host.write(RECORD, "gpu=yes:NoExecute\ndisk=:NoSchedule\n");
        node("gpu=yes:NoExecute", "by-hand=x:NoExecute");
        assert.deepEqual(taint("disk=:NoSchedule\nnew=1:PreferNoSchedule"), [
            ...["gpu:NoExecute-", "disk=:NoSchedule", "new=1:PreferNoSchedule"],
        ]);
        assert.equal(host.read(RECORD), "disk=:NoSchedule\nnew=1:PreferNoSchedule\n");
    });

    test("without a record nothing is removed, but what kubeadm itself sets; the record is written", () => {
        node("gpu=yes:NoExecute", "node-role.kubernetes.io/control-plane=:NoSchedule");
        assert.deepEqual(taint(""), []);
        assert.equal(host.read(RECORD), "\n");
        host.clear(RECORD);
        const first = { FIRST_TAINTS: "node-role.kubernetes.io/control-plane=:NoSchedule" };
        assert.deepEqual(taint("", first), ["node-role.kubernetes.io/control-plane:NoSchedule-"]);
    });

    test("what a kubelet can write decides nothing, and no value becomes a flag or a file name (finding 5)", () => {
        host.program(
            "kubectl",
            `case "$*" in *readyz*) echo -n ok ;; *annotations*) printf 'by-hand=x:NoExecute,-shttps://192.0.2.1=:NoSchedule\\nnode\\nby-hand=x:NoExecute\\n' ;; *"get node"*) printf 'node\\nby-hand=x:NoExecute\\n' ;; esac`,
        );
        assert.deepEqual(taint("a=*:NoSchedule\n-s=x:NoExecute"), ["a=*:NoSchedule", "-s=x:NoExecute"]);
    });

    test("a taint that is there already is not set again; with another value it is replaced and never away", () => {
        host.write(RECORD, "disk=:NoSchedule\ngpu=yes:NoExecute\n");
        node("disk=:NoSchedule", "gpu=yes:NoExecute", "other=x:NoExecute");
        assert.deepEqual(taint("disk=:NoSchedule\ngpu=no:NoExecute"), ["gpu=no:NoExecute"]);
    });

    test("a removal that fails is an error, and the next run knows of it (finding 6)", () => {
        host.write(RECORD, "gpu=yes:NoExecute\n");
        host.program(
            "kubectl",
            `case "$*" in *readyz*) echo -n ok ;; *"get node"*) printf 'node\\ngpu=yes:NoExecute\\n' ;; *NoExecute-) exit 1 ;; esac`,
        );
        const { status, stderr } = host.run("taint.sh", ["worker-1"], { TAINTS: "" });
        assert.equal(status, 1);
        assert.match(stderr, /the taint gpu:NoExecute of worker-1 could not be changed/);
        node("gpu=yes:NoExecute");
        assert.deepEqual(taint(""), ["gpu:NoExecute-"]);
    });

    test("a Node that is not there, and one that cannot be asked for, are errors of their own", () => {
        host.program("kubectl", 'case "$*" in *readyz*) echo -n ok ;; esac');
        const run = () => host.run("taint.sh", ["worker-1"], { TAINTS: "" });
        assert.match(run().stderr, /worker-1 is no Node of the cluster/);
        host.program("kubectl", 'case "$*" in *readyz*) echo -n ok ;; *) exit 1 ;; esac');
        assert.equal(run().status, 1);
    });
});
