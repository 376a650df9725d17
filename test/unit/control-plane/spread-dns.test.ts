import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { ScriptHost } from "../hosts/script-host";

let host: ScriptHost;
beforeEach(() => {
    host = new ScriptHost();
    host.write("var/lib/kubeadm-cluster/initialised", "");
});
afterEach(() => host.remove());

const ADMISSION = "var/lib/kubeadm-cluster/admissions/abcdef";

/** Admits a worker that joins at once, where CoreDNS has Pods on these nodes; gives what was deleted. */
function admitted(...nodes: string[]): string[] {
    host.write(ADMISSION, "worker-1\nworker\n\n");
    host.write("nodes", nodes.map((node) => `${node}\n`).join(""));
    host.program(
        "kubectl",
        `case "$*" in
        *kubeletVersion*) printf 'worker-1\\treports\\tmarked\\t\\n' ;;
        *spec.nodeName*) cat "$ROOT/nodes" ;;
        *items*metadata.name*) echo coredns-1 ;;
        esac`,
    );
    const { status, stderr } = host.run("admission.sh", [], {});
    assert.equal(status, 0, stderr);
    assert.equal(host.read(ADMISSION), undefined);
    return host.calls.flatMap((call) => / delete (.*)$/.exec(call.replace(/ --request-timeout \S+/, ""))?.[1] ?? []);
}
const TOKEN = "secret bootstrap-token-abcdef --ignore-not-found";

test("where both Pods of CoreDNS are on one node, one is started anew when a worker has joined", () => {
    assert.deepEqual(admitted("master", "master"), [TOKEN, "pod -- coredns-1"]);
    const waits = host.calls
        .filter((call) => / (wait|rollout) /.test(call))
        .map((call) => call.replace(/ --kube\S+/, ""));
    assert.match(waits[0] ?? "", /wait --for condition=Ready node\/worker-1/);
    assert.match(waits[1] ?? "", /rollout status deployment\/coredns/);
});

test("Pods on different nodes stay, and so does a single one, or none", () => {
    for (const nodes of [["master", "worker-1"], ["master"], []]) assert.deepEqual(admitted(...nodes), [TOKEN]);
});
