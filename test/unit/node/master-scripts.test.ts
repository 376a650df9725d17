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
        .map((call) => call.replace(/^kubectl --kubeconfig \S+ /, ""));

describe("admit.sh", () => {
    const token = { TOKEN_ID: "abcdef", TOKEN_SECRET: "0123456789abcdef" };
    const admit = (node: string, identity: string, args: string[] = []) =>
        host.run("admit.sh", [node, ...args], { ...token, NODE_ADDRESS: "192.0.2.11", MACHINE_IDENTITY: identity });

    beforeEach(() => host.program("kubectl", 'case "$*" in *"apply "*) cat >"$ROOT/applied" ;; esac'));

    test("the token's secret reaches the API server by standard input, and no argument", () => {
        const { status, stderr } = admit("worker-1", "11111111 -");
        assert.equal(status, 0, stderr);
        const applied = host.read("applied") ?? "";
        assert.match(applied, /^metadata: \{name: bootstrap-token-abcdef, namespace: kube-system\}$/m);
        assert.match(applied, /^ {2}token-secret: 0123456789abcdef$/m);
        const expiration = /^ {2}expiration: (\S+)$/m.exec(applied)?.[1] ?? "";
        const minutes = (Date.parse(expiration) - Date.now()) / 60_000;
        assert.ok(minutes > 13 && minutes <= 15, expiration);
        assert.ok(!host.calls.join("\n").includes(token.TOKEN_SECRET));
    });

    test("a clone is refused with the name of the node that has its identity already, and what to do", () => {
        assert.equal(admit("worker-1", "11111111 aaaa").status, 0);
        const sameId = admit("worker-2", "11111111 bbbb");
        assert.equal(sameId.status, 1);
        assert.match(sameId.stderr, /worker-2 has the machine-id of worker-1 \(11111111\); .*systemd-machine-id-setup/);
        const sameUuid = admit("worker-2", "22222222 aaaa");
        assert.equal(sameUuid.status, 1);
        assert.match(sameUuid.stderr, /worker-2 has the product_uuid of worker-1 \(aaaa\)/);
        assert.deepEqual(kubectl(), []);
    });

    test("a worker's own identity may come again, and hosts without a product_uuid are not clones", () => {
        for (const [node, identity] of [
            ["worker-1", "11111111 -"],
            ["worker-1", "11111111 -"],
            ["worker-2", "22222222 -"],
        ] as const) {
            assert.equal(admit(node, identity).status, 0);
        }
    });

    test("the control plane's own machine-id is no worker's", () => {
        const own = readFileSync("/etc/machine-id", "utf8").trim();
        assert.match(admit("worker-1", `${own} -`).stderr, /worker-1 has the machine-id of this-host/);
    });

    test("a machine that has been admitted is left alone by an update; another one under its name takes its place", () => {
        host.write("var/lib/kubeadm-cluster/initialised", "");
        host.program("kubectl", 'case "$*" in *readyz*) echo -n ok ;; *"apply "*) cat >"$ROOT/applied" ;; esac');
        const update = (identity: string) => admit("worker-1", identity, ["unless-admitted"]);
        admit("worker-1", "11111111 -");
        assert.equal(update("11111111 -").status, 0);
        assert.deepEqual(host.calls, []);
        const { status, stderr } = update("22222222 -");
        assert.equal(status, 0, stderr);
        const verbs = kubectl().map((call) => call.replace(/ (?:--|-o).*$/, ""));
        assert.ok(verbs.indexOf("delete node worker-1") >= 0, verbs.join("\n"));
        assert.ok(verbs.indexOf("delete node worker-1") < verbs.indexOf("apply"), verbs.join("\n"));
        assert.equal(host.read("var/lib/kubeadm-cluster/machines"), "worker-1 22222222 -\n");
        assert.equal(update("22222222 -").status, 0);
        assert.deepEqual(host.calls, []);
    });
});

describe("remove-node.sh", () => {
    const remove = () => host.run("remove-node.sh", ["worker-1"], { TOKEN_ID: "abcdef" });
    const nodes = (...lines: string[]) =>
        host.program(
            "kubectl",
            `case "$*" in *readyz*) echo -n ok ;; *"get nodes"*) printf '%s\\n' ${lines.map((line) => `'${line}'`).join(" ")} ;; esac`,
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
            'case "$*" in *readyz*) echo -n ok ;; *"get nodes"*) echo "worker-2  " ;; *conditions*) echo -n Unknown ;; esac',
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
            'case "$*" in *readyz*) echo -n ok ;; *"get nodes"*) echo "worker-2 $(cat "$ROOT/leaving" 2>/dev/null) " ;; *drain*) echo true >"$ROOT/leaving"; exit 1 ;; esac',
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
        host.program("kubectl", 'case "$*" in *readyz*) echo -n ok ;; *"get node "*) exit 1 ;; esac');
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

    test("Pods that cannot be moved: the node stays, and the error says what may block", () => {
        host.program(
            "kubectl",
            'case "$*" in *readyz*) echo -n ok ;; *"get nodes"*) echo "worker-2  " ;; *drain*) echo "cannot evict db-0" >&2; exit 1 ;; esac',
        );
        const { status, stderr } = remove();
        assert.equal(status, 1);
        assert.match(stderr, /cannot evict db-0/);
        assert.match(stderr, /the Pods of worker-1 could not be moved within 120 s/);
        assert.ok(!verbs().some((call) => call.startsWith("delete node")));
    });

    test("an API server that does not answer is an error with both ways out, and no node is touched", () => {
        host.program("kubectl", "exit 1");
        const { status, stderr } = remove();
        assert.equal(status, 1);
        assert.match(stderr, /API server does not answer.*Repair it; or.*initialised/s);
        assert.ok(!verbs().some((call) => call.startsWith("delete")));
    });
});

describe("taint.sh", () => {
    test("removes what was declared before and is not any more, sets what is declared now, touches nothing else", () => {
        host.program("kubectl", 'case "$*" in *"get node"*) printf %s "gpu=yes:NoExecute,disk=:NoSchedule" ;; esac');
        const { status, stderr } = host.run("taint.sh", ["worker-1"], {
            TAINTS: "disk=:NoSchedule\nnew=1:PreferNoSchedule",
        });
        assert.equal(status, 0, stderr);
        assert.deepEqual(kubectl().slice(1), [
            "taint node worker-1 gpu:NoExecute-",
            "taint node worker-1 --overwrite disk=:NoSchedule",
            "taint node worker-1 --overwrite new=1:PreferNoSchedule",
        ]);
    });

    test("a taint that is there already is not set again", () => {
        host.program(
            "kubectl",
            'case "$*" in *"get node"*) printf "disk=:NoSchedule\\ndisk=:NoSchedule\\nother=x:NoExecute\\n" ;; esac',
        );
        host.run("taint.sh", ["worker-1"], { TAINTS: "disk=:NoSchedule" });
        assert.equal(kubectl().length, 1);
    });

    test("no taints are no work", () => {
        host.run("taint.sh", ["worker-1"], { TAINTS: "" });
        assert.equal(kubectl().length, 1);
    });
});
