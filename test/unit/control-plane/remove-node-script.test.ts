import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { kubectlCalls } from "./kubectl-calls";
import { ScriptHost } from "../hosts/script-host";

let host: ScriptHost;
beforeEach(() => {
    host = new ScriptHost();
    host.write("var/lib/kubeadm-cluster/initialised", "");
});
afterEach(() => host.remove());

const remove = () => host.run("remove-node.sh", ["worker-1"], { TOKEN_ID: "abcdef" });
const nodes = (...lines: string[]) =>
    host.program(
        "kubectl",
        `case "$*" in *readyz*) echo -n ok ;; *"-o name"*) echo node/worker-1 ;; *"get nodes"*) printf '%s\\n' ${lines.map((line) => `'${line}'`).join(" ")} ;; esac`,
    );
const verbs = () => kubectlCalls(host).map((call) => call.replace(/ (?:--|-o).*$/, ""));

test("a node whose Pods can go elsewhere is drained, then deleted", () => {
    nodes("master  NoSchedule", "worker-1  ", "worker-2  ");
    assert.equal(remove().status, 0);
    assert.deepEqual(verbs().slice(-4), ["get node worker-1", "get nodes", "drain worker-1", "delete node worker-1"]);
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

test("an API server that swallows a request is asked again: another node has just left etcd", () => {
    host.program(
        "kubectl",
        'case "$*" in *readyz*) echo -n ok ;; *"-o name"*) [ -e "$ROOT/swallowed" ] || { : >"$ROOT/swallowed"; echo timeout >&2; exit 1; }; echo node/worker-1 ;; esac',
    );
    const { status, stderr } = remove();
    assert.equal(status, 0, stderr);
    assert.deepEqual(verbs().slice(-1), ["delete node worker-1"]);
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
