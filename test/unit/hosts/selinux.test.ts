import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { ScriptHost } from "./script-host";

const CONFIG = "# This file controls SELinux.\nSELINUX=enforcing\nSELINUXTYPE=targeted\n";
const FILE = "etc/selinux/config";
let host: ScriptHost;
beforeEach(() => {
    host = new ScriptHost();
    host.write("mode", "Enforcing\n");
    host.program("getenforce", 'cat "$ROOT/mode"');
    host.program("setenforce", 'case $1 in 0) echo Permissive ;; *) echo Enforcing ;; esac >"$ROOT/mode"');
    host.program("restorecon", "");
    host.write(FILE, CONFIG);
    host.driver(
        ["NODE_NAME", "KEEP_SELINUX"],
        `mkdir -p "$LOGS"
if [ "$1" = prepare ]; then . "$here/prepare-selinux.sh"; else
    . "$here/selinux.sh"
    give_back "$SELINUX_CONFIG"
    restore_selinux
fi
`,
    );
});
afterEach(() => host.remove());

const run = (word: string, keep = "") => {
    const { status, stderr } = host.run("driver.sh", [word], { NODE_NAME: "worker-1", KEEP_SELINUX: keep });
    assert.equal(status, 0, stderr);
};
const state = () => [host.read("mode"), host.read(FILE)];

test("SELinux warns from now on, also after a reboot, and enforces its policy again when the host is given back", () => {
    for (let times = 0; times < 2; times++) {
        run("prepare");
        assert.deepEqual(state(), ["Permissive\n", CONFIG.replace("enforcing", "permissive")]);
    }
    run("reset");
    assert.deepEqual(state(), ["Enforcing\n", CONFIG]);
    assert.deepEqual(host.files("var/lib/kubeadm-cluster"), []);
});

test("where it is off now and would enforce after a reboot, its file alone is changed", () => {
    host.write("mode", "Disabled\n");
    run("prepare");
    assert.deepEqual(state(), ["Disabled\n", CONFIG.replace("enforcing", "permissive")]);
    run("reset");
    assert.deepEqual(state(), ["Disabled\n", CONFIG]);
});

test("what is permissive already, a node that lives, and a host whose owner wants it so are left", () => {
    host.write(FILE, CONFIG.replace("enforcing", "permissive"));
    host.write("mode", "Permissive\n");
    run("prepare");
    assert.deepEqual(host.files("var/lib/kubeadm-cluster"), []);
    host.write(FILE, CONFIG);
    host.write("mode", "Enforcing\n");
    run("prepare", "true");
    assert.deepEqual(state(), ["Enforcing\n", CONFIG]);
    host.write("etc/kubernetes/kubelet.conf", "");
    run("prepare");
    run("reset");
    assert.deepEqual(state(), ["Enforcing\n", CONFIG]);
});

test("an answer that is none is no answer", () => {
    host.program("getenforce", "");
    const { status, stderr } = host.run("driver.sh", ["prepare"], { NODE_NAME: "worker-1", KEEP_SELINUX: "" });
    assert.equal(status, 1);
    assert.match(stderr, /getenforce does not say whether SELinux enforces its policy: it says nothing/);
});
