import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { ScriptHost } from "../hosts/script-host";

let host: ScriptHost;
beforeEach(() => {
    host = new ScriptHost();
    host.write("var/lib/kubeadm-cluster/prepare-inputs", "INSTALL=none\n");
});
afterEach(() => host.remove());

/** The API server double: a Node with kubelet v1.32.0, cordoned by the program or not, and what a drain says. */
const cluster = ({ cordoned = false, deaf = 0, drain = "" }) =>
    host.program(
        "kubectl",
        `case "$*" in
        *nodeInfo*) echo -n v1.32.0 ;;
        *.spec.unschedulable*) echo -n "cordoned " ;;
        *annotations*) [ "$(grep -c annotations "$ROOT/calls")" -gt ${deaf} ] || exit 1; echo -n "mark ${cordoned ? "then" : ""}" ;;
        *" drain "*) ${drain} ;;
        esac`,
    );
const drain = (version: string) => host.run("drain-node.sh", ["worker-1"], { KUBERNETES_VERSION: version });
const changes = () =>
    host.calls
        .filter((call) => call.includes(" patch "))
        .map((call) => call.replace(/.* -p /, "").replace(/ -- \S+$/, ""));

test("a node is cordoned with a mark before it is drained", () => {
    cluster({});
    const { status, stderr } = drain("v1.32.1");
    assert.equal(status, 0, stderr);
    assert.equal(changes().length, 1);
    assert.match(changes()[0] ?? "", /"unschedulable":true.*cordoned-for-upgrade":"\d{4}-/);
    assert.match(host.calls.at(-1) ?? "", / drain worker-1 /);
});

test("a drain that is blocked names the Pods, and the node stays cordoned", () => {
    const refusal = `error when evicting pods/"db-0" -n "default" (will retry after 5s): Cannot evict pod`;
    cluster({ drain: `echo '${refusal}' >&2; exit 1` });
    const { status, stderr } = drain("v1.32.1");
    assert.equal(status, 1);
    assert.match(
        stderr,
        /worker-1 could not be drained within 300 s, blocked by default\/db-0\. It stays cordoned and/,
    );
    assert.equal(changes().length, 1);
});

test("a version that was taken back uncordons the node, also where the API server answers late", () => {
    cluster({ cordoned: true, deaf: 2 });
    const { status, stderr } = drain("v1.32.0");
    assert.equal(status, 0, stderr);
    assert.deepEqual(changes(), [
        '{"spec":{"unschedulable":null},"metadata":{"annotations":{"kubeadm-cluster/cordoned-for-upgrade":null}}}',
    ]);
});

test("a node that its owner has cordoned stays so", () => {
    cluster({ cordoned: false });
    assert.equal(drain("v1.32.0").status, 0);
    assert.deepEqual(changes(), []);
});
