import assert from "node:assert/strict";
import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { ScriptHost } from "../hosts/script-host";

const STATE = "var/lib/kubeadm-cluster";
const MANIFESTS = "etc/kubernetes/manifests";
const COMPONENTS = ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"];
const MANIFEST = `spec:
  containers:
  - command:
    - etcd
    - --data-dir=DATA
    - --initial-advertise-peer-urls=https://10.0.0.1:2380
    - --name=master
    image: registry.k8s.io/etcd:3.5.16-0
`;

let host: ScriptHost;
beforeEach(() => {
    host = new ScriptHost();
    host.write(`${STATE}/initialised`, "");
    for (const component of COMPONENTS) host.write(`${MANIFESTS}/${component}.yaml`, "");
    host.write(`${MANIFESTS}/etcd.yaml`, MANIFEST.replace("DATA", join(host.root, "var/lib/etcd")));
    host.write("var/lib/etcd/member/db", "old");
    // The image of etcd, mounted, has the double of etcdctl.
    host.program(
        "ctr",
        'case "$*" in *" mount "*) to=${@: -1}/usr/local/bin; mkdir -p "$to"; cp "$ROOT/bin/etcdctl" "$to/" ;; *unmount*) rm -rf "${@: -1}" ;; esac',
    );
    host.program("curl", "exit 7");
    host.program(
        "etcdctl",
        `case "$*" in
        *"snapshot save"*) echo saved >"\${@: -1}" ;;
        *"snapshot status"*) grep -q saved "\${@: -1}" ;;
        *--help*) echo --bump-revision ;;
        *"snapshot restore"*) while [ "$1" != --data-dir ]; do shift; done; mkdir -p "$2/member"; echo new >"$2/member/db" ;;
        esac`,
    );
});
afterEach(() => host.remove());

const running = () => COMPONENTS.filter((component) => existsSync(join(host.root, MANIFESTS, `${component}.yaml`)));
const kept = () => readdirSync(join(host.root, STATE)).filter((name) => name.startsWith("etcd-before-"));
const restore = (file: string, ...identity: string[]) =>
    host.run("etcd-restore.sh", [join(host.root, file), ...identity], {});
const data = () => host.read("var/lib/etcd/member/db")?.trim();

/** Identities of two stacks; the host is made the first one's. */
const [OWN, OTHER] = ["11111111-2222-3333-4444-555555555555", "99999999-2222-3333-4444-555555555555"] as const;
const REFUSED = new RegExp(`belongs to the stack with the identity ${OWN}, and this stack's is ${OTHER}`);
const owned = () => host.write(`${STATE}/stack`, `${OWN}\n`);

describe("etcd-restore.sh", () => {
    beforeEach(() => {
        host.write("whole.db", "saved\n");
        host.write("wrong.db", "hello\n");
    });

    test("the snapshot's data takes the place of what was there, which is kept, and its place is answered", () => {
        const { status, stdout, stderr } = restore("whole.db");
        assert.equal(status, 0, stderr);
        assert.equal(data(), "new");
        assert.equal(stdout, `kubeadm-cluster> ${join(host.root, STATE)}/${kept()[0]}\n`);
        assert.equal(host.read(`${STATE}/${kept()[0]}/member/db`), "old");
        assert.deepEqual(running(), COMPONENTS);
    });

    test("case 35: etcd elsewhere is put back there, and nothing is made where kubeadm has it", () => {
        host.write(`${MANIFESTS}/etcd.yaml`, MANIFEST.replace("DATA", join(host.root, "data/etcd")));
        rmSync(join(host.root, "var/lib/etcd"), { recursive: true });
        host.write("data/etcd/member/db", "old");
        host.write("data/etcd/lost+found/a", "of the file system");
        const { status, stderr } = restore("whole.db");
        assert.equal(status, 0, stderr);
        assert.equal(host.read("data/etcd/member/db")?.trim(), "new");
        assert.equal(host.read(`${STATE}/${kept()[0]}/member/db`), "old");
        assert.equal(host.read("data/etcd/lost+found/a"), "of the file system");
        assert.ok(!existsSync(join(host.root, "var/lib/etcd")));
        assert.deepEqual(running(), COMPONENTS);
    });

    test("a file that is no snapshot changes nothing", () => {
        assert.match(restore("wrong.db").stderr, /wrong\.db is no whole snapshot of etcd; nothing was changed/);
        assert.deepEqual([data(), running()], ["old", COMPONENTS]);
    });

    test("another stack's identity is refused before anything is written, and the own one is not", () => {
        owned();
        const before = host.files(".");
        const { status, stderr } = restore("whole.db", OTHER);
        assert.equal(status, 1);
        assert.match(stderr, REFUSED);
        assert.deepEqual([host.files("."), host.calls], [before, []]);
        assert.equal(restore("whole.db", OWN).status, 0);
        assert.equal(data(), "new");
    });

    // Apart from the one above: what is kept is named by the second.
    test("by hand, without an identity, a host that a stack owns is restored too", () => {
        owned();
        assert.equal(restore("whole.db").status, 0);
        assert.equal(data(), "new");
    });

    /** A run that was ended between its two moves, as by SIGKILL. */
    const cutOff = () => {
        host.program("mv", `case "$*" in *restore/data/member*) kill -KILL $PPID ;; *) exec /bin/mv "$@" ;; esac`);
        assert.notEqual(restore("whole.db").status, 0);
        host.clear("bin/mv");
        assert.deepEqual([data(), running()], [undefined, []]);
    };

    test("cut off between its two moves, then run with a wrong file: the old data runs again (finding 6)", () => {
        cutOff();
        assert.match(restore("wrong.db").stderr, /is no whole snapshot/);
        assert.deepEqual([data(), running()], ["old", COMPONENTS]);
    });

    test("cut off between its two moves, then run again: the end is that of a whole run", () => {
        cutOff();
        const { status, stderr } = restore("whole.db");
        assert.equal(status, 0, stderr);
        assert.deepEqual([data(), running(), kept().length], ["new", COMPONENTS, 1]);
    });

    test("where the members' data is nowhere, nothing is started over an empty directory", () => {
        cutOff();
        rmSync(join(host.root, STATE, kept()[0] ?? ""), { recursive: true });
        host.clear(`${STATE}/etcd-restore/kept`);
        const { status, stderr } = restore("wrong.db");
        assert.equal(status, 1);
        assert.match(stderr, /members' data of etcd is neither in .* so the control plane is not started/);
        assert.deepEqual(running(), []);
    });
});

describe("etcd-snapshot.sh", () => {
    const files = () => {
        const directory = join(host.root, STATE, "etcd-snapshots");
        return existsSync(directory) ? readdirSync(directory) : [];
    };

    test("a snapshot is there whole, for root alone, or not at all", () => {
        const { status, stdout, stderr } = host.run("etcd-snapshot.sh", [], {});
        assert.equal(status, 0, stderr);
        assert.match(stdout, /^kubeadm-cluster> \S+\/etcd-snapshots\/\d{8}T\d{6}Z\.db\n$/);
        assert.equal(files().length, 1);
        host.clear(`${STATE}/etcd-snapshots/${files()[0]}`);
        host.program("etcdctl", 'case "$*" in *save*) echo half >"${@: -1}"; exit 1 ;; esac');
        assert.equal(host.run("etcd-snapshot.sh", [], {}).status, 1);
        assert.deepEqual(files(), []);
    });

    test("another stack's identity is refused before anything is written; the own one, and none, are not", () => {
        owned();
        const before = host.files(".");
        const { status, stdout, stderr } = host.run("etcd-snapshot.sh", ["-", OTHER], {});
        assert.deepEqual([status, stdout], [1, ""]);
        assert.match(stderr, REFUSED);
        assert.deepEqual([host.files("."), host.calls], [before, []]);
        for (const words of [["-", OWN], ["-"]]) assert.equal(host.run("etcd-snapshot.sh", words, {}).status, 0);
    });

    test("one that is printed leaves nothing on the host", () => {
        const { stdout } = host.run("etcd-snapshot.sh", ["-"], {});
        assert.equal(stdout, `kubeadm-cluster> ${Buffer.from("saved\n").toString("base64")}\n`);
        assert.deepEqual(files(), []);
    });

    test("the image that runs as root is the manifest's, whatever else is named like it (finding 8)", () => {
        host.run("etcd-snapshot.sh", [], {});
        const mounts = host.calls.filter((call) => call.startsWith("ctr") && call.includes(" mount "));
        assert.deepEqual(mounts, [
            `ctr -n k8s.io images mount registry.k8s.io/etcd:3.5.16-0 ${host.root}/run/kubeadm-cluster-etcd`,
        ]);
        host.write(`${MANIFESTS}/etcd.yaml`, `${MANIFEST}    image: evil/etcd:1\n`);
        assert.match(host.run("etcd-snapshot.sh", [], {}).stderr, /names more than one image/);
    });

    test("an image that the kubelet of a full disk has removed is pulled again", () => {
        host.program(
            "ctr",
            'case "$*" in *" mount "*) [ -e "$ROOT/pulled" ] || exit 1; to=${@: -1}/usr/local/bin; mkdir -p "$to"; cp "$ROOT/bin/etcdctl" "$to/" ;; esac',
        );
        host.program("crictl", 'echo "no such host" >&2; exit 1');
        const refused = host.run("etcd-snapshot.sh", [], {});
        assert.match(refused.stderr, /no such host[^]*etcd:3\.5\.16-0 cannot be mounted/);
        assert.equal(refused.status, 1);
        host.program("crictl", 'case "$*" in "pull registry.k8s.io/etcd:3.5.16-0") : >"$ROOT/pulled" ;; esac');
        assert.equal(host.run("etcd-snapshot.sh", [], {}).status, 0);
        assert.equal(files().length, 1);
    });
});
