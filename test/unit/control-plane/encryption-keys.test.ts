import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { encryptionFile, initInputs, keyInputs, settingsInputs } from "./control-plane-inputs";
import { ScriptHost } from "../hosts/script-host";

// A living control plane node, whose key of Secrets in etcd is exchanged. Its API server is as blind as the real one: it
// reads its file only when it starts, writes with the first key, and reads what any of its keys has written.
const STATE = "var/lib/kubeadm-cluster";
const FILE = `${STATE}/api-server/encryption.yaml`;
const [OLD, NEW] = [keyInputs("a"), keyInputs("b")];
const SECRETS = 3;

/** Ends the script that calls it, and all between, at its call number $ROOT/cut. Two of a pipeline count at once. */
const CUT = `
exec 9>"$ROOT/counting"; flock 9
number=$(($(cat "$ROOT/count" 2>/dev/null || echo 0) + 1)); echo "$number" >"$ROOT/count"
exec 9>&-
if [ "$number" = "$(cat "$ROOT/cut" 2>/dev/null)" ]; then
    victims=; one=$PPID
    while grep -q "$ROOT/scripts/" "/proc/$one/cmdline"; do victims+=" $one"; one=$(ps -o ppid= -p "$one" | tr -d ' '); done
    kill -KILL $victims; exit 1
fi`;
const API = `
names() { sed -n 's/^ *- name: //p' "$ROOT/loaded"; }
look() { while read -r name; do names | grep -qxF "$name" || echo "cannot read a Secret of $name" >>"$ROOT/faults"; done <"$ROOT/etcd"; }`;

let host: ScriptHost;
beforeEach(() => {
    host = new ScriptHost();
    host.program("curl", "exit 7");
    host.program("pgrep", "exit 1");
    host.program(
        "kubeadm",
        `${CUT}
case "$*" in
*"control-plane all"*) cp "$ROOT"/etc/kubernetes/manifests/kube-*.yaml "$KUBEADM_INIT_DRYRUN_DIR/" ;;
*"etcd local"*) cp "$ROOT/etc/kubernetes/manifests/etcd.yaml" "$KUBEADM_INIT_DRYRUN_DIR/" ;;
esac`,
    );
    host.program(
        "kubectl",
        `${CUT}${API}
case "$*" in
*readyz*) echo -n ok ;;
*"-o json"*) look; echo '{}' ;;
*"-o name"*) sed 's|.*|secret/x|' "$ROOT/etcd" ;;
*replace*) cat >/dev/null; [ ! -e "$ROOT/stubborn" ] || exit 1; first=$(names | head -n 1); sed -i "s/.*/$first/" "$ROOT/etcd" ;;
esac`,
    );
    host.program(
        "etcdctl",
        `${CUT}
while read -r name; do printf '"Key" : "/registry/secrets/x"\\n"Value" : "k8s:enc:secretbox:v1:%s:\\\\x00"\\n' "$name"; done <"$ROOT/etcd"`,
    );
    host.program(
        "ctr",
        `${CUT}${API}
last=\${!#}
case "$*" in
*" mount "*) mkdir -p "$last/usr/local/bin"; cp "$ROOT/bin/etcdctl" "$last/usr/local/bin/" ;;
*"containers list"*) name=\${last##*name\\"==}; name=\${name%%,*}; cat "$ROOT/run/$name" 2>/dev/null || echo "$name-1" ;;
*"tasks list"*) for name in kube-apiserver kube-controller-manager; do cat "$ROOT/run/$name" 2>/dev/null || echo "$name-1"; done ;;
*"tasks kill"*)
    name=\${last%-*}; echo "$name-$((\${last##*-} + 1))" >"$ROOT/run/$name"
    [ "$name" != kube-apiserver ] || { cp "$ROOT/${FILE}" "$ROOT/loaded"; names | paste -sd ' ' >>"$ROOT/orders"; look; } ;;
esac`,
    );
    host.write("etc/kubernetes/manifests/etcd.yaml", "    image: registry.k8s.io/etcd:3.5.16-0\n");
    for (const name of ["kube-controller-manager", "kube-scheduler"])
        host.write(`etc/kubernetes/manifests/${name}.yaml`, "    - --from=kubeadm\n");
    host.write(
        "etc/kubernetes/manifests/kube-apiserver.yaml",
        `    - --encryption-provider-config=${host.root}/${FILE}\n`,
    );
    host.write(`${STATE}/initialised`, "");
    host.write(`${STATE}/kubernetes-version`, "v1.32.0\n");
    host.write(`${STATE}/cluster-identity`, initInputs.CLUSTER_IDENTITY);
    host.write(`${STATE}/kubeadm.yaml`, `kind: InitConfiguration\n---\n${settingsInputs.CLUSTER_CONFIGURATION}`);
    host.write(`${STATE}/cluster-configuration.yaml`, settingsInputs.CLUSTER_CONFIGURATION);
    // As a version before several keys has left it.
    living("stack");
});
afterEach(() => host.remove());

/** The cluster's Secrets and its API server have this key, OLD's by another name. */
function living(name: string): void {
    host.write(FILE, encryptionFile([name, OLD.ENCRYPTION_KEY]));
    host.write("loaded", encryptionFile([name, OLD.ENCRYPTION_KEY]));
    host.write("etcd", `${name}\n`.repeat(SECRETS));
}

const verify = (key: typeof OLD) => host.run("init.sh", ["verify"], { ...initInputs, ...key });
const reconfigure = () => host.run("reconfigure.sh", [], settingsInputs);
const orders = () => host.read("orders")?.trim().split("\n");
const { ENCRYPTION_KEY_NAME: name } = NEW;

test("the key that a cluster has already, under a former name, is nothing to do", () => {
    assert.equal(verify(OLD).status, 0);
    assert.equal(reconfigure().status, 0);
    assert.equal(orders(), undefined);
    assert.equal(host.read(FILE), encryptionFile(["stack", OLD.ENCRYPTION_KEY]));
});

test("another key: added to read, then to write, all Secrets written again, then the former one goes", () => {
    assert.equal(verify(NEW).status, 0);
    const { status, stderr } = reconfigure();
    assert.equal(status, 0, stderr);
    assert.deepEqual(orders(), [`stack ${name}`, `${name} stack`, name]);
    assert.equal(host.read("etcd"), `${name}\n`.repeat(SECRETS));
    assert.equal(host.read("faults"), undefined);
    assert.equal(host.read(FILE), encryptionFile([name, NEW.ENCRYPTION_KEY]));
    assert.equal(host.read(`${STATE}/encryption/keys/stack`), undefined);
    assert.ok(!host.calls.join("\n").includes(NEW.ENCRYPTION_KEY));
    assert.equal(reconfigure().status, 0);
    assert.deepEqual(host.calls, []);
});

test("Secrets that cannot be written again keep their key, and the error counts them", () => {
    verify(NEW);
    host.write("stubborn", "");
    const { status, stderr } = reconfigure();
    assert.equal(status, 1);
    assert.match(
        stderr,
        /of 3 Secrets that the API server lists, 0 of the 3 in etcd are encrypted with the key key-\S+; the former key stays/,
    );
    assert.equal(host.read(FILE), encryptionFile([name, NEW.ENCRYPTION_KEY], ["stack", OLD.ENCRYPTION_KEY]));
    host.clear("stubborn");
    assert.equal(reconfigure().status, 0);
    assert.equal(orders()?.at(-1), name);
});

test("an API server that lists more Secrets than etcd shows is not believed: nothing is known of the others", () => {
    verify(NEW);
    host.program("etcdctl", "");
    const { status, stderr } = reconfigure();
    assert.equal(status, 1);
    assert.match(stderr, /0 of the 0 in etcd/);
    assert.notEqual(host.read(`${STATE}/encryption/keys/stack`), undefined);
});

test("with several nodes the key stays, and it is said what to do", () => {
    verify(NEW);
    host.program("curl", 'case "$*" in *metrics*) echo "etcd_network_active_peers{} 1" ;; esac');
    host.program(
        "etcdctl",
        'case "$*" in *"member list"*) for n in 1 2; do echo "a$n, started, m$n, p, https://10.0.0.$n:2379, false"; done ;; esac',
    );
    const { status, stderr } = reconfigure();
    assert.equal(status, 0, stderr);
    assert.match(
        stderr,
        /stay encrypted with the key stack: .* while the control plane has several nodes\. Go down to one/,
    );
    assert.equal(orders(), undefined);
    assert.equal(host.read(FILE), encryptionFile(["stack", OLD.ENCRYPTION_KEY]));
});

test("the wish of another state that was given up again goes, too", () => {
    verify(keyInputs("c"));
    host.write("stubborn", "");
    assert.equal(reconfigure().status, 1);
    host.clear("stubborn");
    verify(NEW);
    assert.equal(reconfigure().status, 0);
    assert.equal(host.read(FILE), encryptionFile([name, NEW.ENCRYPTION_KEY]));
    assert.equal(host.read("faults"), undefined);
});

test("another state that took the cluster over gets its settings, and its key, in its first step", () => {
    const { status, stderr } = host.run("init.sh", [], { ...initInputs, ...NEW });
    assert.equal(status, 0, stderr);
    assert.equal(host.read(FILE), encryptionFile([name, NEW.ENCRYPTION_KEY]));
    assert.equal(host.read("faults"), undefined);
});

test("killed at any of its calls and run again, it ends the same, and every Secret could be read at any time", () => {
    verify(NEW);
    const before = ["etcd", "loaded", FILE].map((file) => [file, host.read(file) ?? ""] as const);
    host.clear("count");
    assert.equal(reconfigure().status, 0);
    const calls = Number(host.read("count"));
    assert.ok(calls > 30, String(calls));
    // Each sixth: a run takes seconds where the machine is busy. `npm run test:cuts` has all.
    for (let cut = 2; cut <= calls - 4; cut += 6) {
        for (const [file, text] of before) host.write(file, text);
        for (const file of ["order", "loaded", "rewritten", "wanted", `keys/${name}`])
            host.clear(`${STATE}/encryption/${file}`);
        host.clear("count", "orders");
        verify(NEW);
        host.clear("count");
        host.write("cut", String(cut));
        assert.notEqual(reconfigure().status, 0, `cut ${cut}`);
        host.clear("cut");
        const { status, stderr } = reconfigure();
        assert.equal(status, 0, `cut ${cut}: ${stderr}`);
        assert.equal(host.read("etcd"), `${name}\n`.repeat(SECRETS), `cut ${cut}`);
        assert.equal(host.read(FILE), encryptionFile([name, NEW.ENCRYPTION_KEY]), `cut ${cut}`);
        assert.equal(host.read("loaded"), host.read(FILE), `cut ${cut}`);
        assert.equal(host.read("faults"), undefined, `cut ${cut}`);
    }
});
