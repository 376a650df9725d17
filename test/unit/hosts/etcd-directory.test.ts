import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { validateConfig } from "../../../components/config";
import { clusterSettings } from "../../../components/control-plane/kubeadm-config";
import { etcdDirectoryProblem } from "../../../components/control-plane/etcd-directory";
import { cluster, nodeOf, raw } from "../config/cluster";
import { initInputs } from "../control-plane/control-plane-inputs";
import { ScriptHost } from "./script-host";

const STATE = "var/lib/kubeadm-cluster";
let host: ScriptHost;
let elsewhere: string;
beforeEach(() => {
    host = new ScriptHost();
    elsewhere = join(host.root, "data/etcd");
    host.program("kubeadm", `case "$*" in "init --config"*) exit "$(cat "$ROOT/code" 2>/dev/null || echo 0)" ;; esac`);
});
afterEach(() => host.remove());

const init = (inputs: Record<string, string> = {}) => host.run("init.sh", [], { ...initInputs, ...inputs });
const flags = () =>
    host.calls.filter((call) => call.startsWith("kubeadm init")).map((call) => call.split(" ").slice(5));
const directory = (name: string) => mkdirSync(join(host.root, name), { recursive: true });

/** What reset.sh does with it. */
function giveBack() {
    host.driver([], '. "$here/empty.sh"\n. "$here/etcd-directory.sh"\nremove_etcd_data\ngive_etcd_directory_back\n');
    const { status, stderr } = host.run("driver.sh", [], {});
    assert.equal(status, 0, stderr);
    return stderr;
}

describe("etcd's directory", () => {
    test("that is empty, or not there, is kubeadm's to look at", () => {
        assert.equal(init().status, 0);
        assert.deepEqual(flags(), [[]]);
    });

    test("with a lost+found is taken, as a mount point has one (case 33)", () => {
        directory("var/lib/etcd/lost+found");
        const { status, stderr } = init();
        assert.equal(status, 0, stderr);
        const check = `DirAvailable-${join(host.root, "var/lib/etcd").replaceAll("/", "-")}`;
        assert.deepEqual(flags(), [[`--ignore-preflight-errors=${check}`]]);
    });

    test("with anything else is not: kubeadm refuses it, unless its owner has it ignored", () => {
        directory("var/lib/etcd/lost+found");
        host.write("var/lib/etcd/backup.db", "a");
        init();
        assert.deepEqual(flags(), [[]]);
    });

    test("is named in no check beside all checks, which kubeadm would refuse", () => {
        directory("var/lib/etcd/lost+found");
        const all = "kind: InitConfiguration\nnodeRegistration:\n  ignorePreflightErrors:\n    - all\n";
        init({ INIT_CONFIGURATION: all });
        assert.deepEqual(flags(), [[]]);
    });

    test("survives an init that failed: its data goes, lost+found and the directory stay, the next init begins anew", () => {
        directory("var/lib/etcd/lost+found");
        host.write("code", "1");
        assert.equal(init().status, 1);
        host.write("var/lib/etcd/member/wal/0", "a");
        host.write("code", "0");
        const { status, stderr } = init();
        assert.equal(status, 0, stderr);
        assert.deepEqual(readdirSync(join(host.root, "var/lib/etcd")), ["lost+found"]);
        assert.ok(host.calls.includes("kubeadm reset -f --skip-phases=remove-etcd-member"));
    });

    test("elsewhere has a mark, and its data goes with a destroy, lost+found and other files not", () => {
        directory("data/etcd/lost+found");
        const { status, stderr } = init({ ETCD_DATA_DIR: elsewhere });
        assert.equal(status, 0, stderr);
        assert.deepEqual(readdirSync(elsewhere).sort(), [".kubeadm-cluster-etcd", "lost+found"]);
        assert.match(flags()[0]?.[0] ?? "", /DirAvailable--.*-data-etcd$/);
        host.write("data/etcd/member/wal/0", "a");
        host.write("data/etcd/of-the-owner", "a");
        host.write("data/neighbour", "a");
        giveBack();
        assert.deepEqual(readdirSync(elsewhere).sort(), ["lost+found", "of-the-owner"]);
        assert.equal(host.read("data/neighbour"), "a");
    });

    test("that the program has made elsewhere goes; one that was there stays, empty", () => {
        for (const there of [false, true]) {
            if (there) directory("data/etcd");
            assert.equal(init({ ETCD_DATA_DIR: elsewhere }).status, 0);
            host.write("data/etcd/member/wal/0", "a");
            giveBack();
            assert.equal(existsSync(elsewhere), there);
            host.clear(`${STATE}/initialised`);
        }
    });

    test("without the mark is left as it is: it is another one than etcd was given", () => {
        init({ ETCD_DATA_DIR: elsewhere });
        host.clear("data/etcd/.kubeadm-cluster-etcd");
        host.write("data/etcd/member/of-another-cluster", "a");
        assert.match(giveBack(), /does not have this program's mark .* and is left as it is/);
        assert.equal(host.read("data/etcd/member/of-another-cluster"), "a");
    });

    test("behind a link is emptied, and the link stays", () => {
        directory("data/disk");
        directory("var/lib");
        symlinkSync(join(host.root, "data/disk"), join(host.root, "var/lib/etcd"));
        init();
        host.write("data/disk/member/wal/0", "a");
        giveBack();
        assert.deepEqual(readdirSync(join(host.root, "data/disk")), []);
        assert.ok(existsSync(join(host.root, "var/lib/etcd")));
    });

    test("of a living cluster does not change: etcd would begin empty", () => {
        host.write(`${STATE}/initialised`, "");
        host.write("etc/kubernetes/manifests/etcd.yaml", `    - --data-dir=${host.root}/var/lib/etcd\n`);
        const { status, stderr } = host.run("reconfigure.sh", [], {
            ...initInputs,
            ETCD_DATA_DIR: elsewhere,
        });
        assert.equal(status, 1);
        assert.match(
            stderr,
            /etcd's data is in \S+\/var\/lib\/etcd, and etcd\.local\.dataDir is \S+\/data\/etcd: etcd would begin empty/,
        );
        assert.ok(!existsSync(elsewhere));
        assert.match(
            etcdDirectoryProblem("/var/lib/etcd", "/data/etcd") ?? "",
            /cannot be in \/data\/etcd on a living/,
        );
        assert.equal(etcdDirectoryProblem("/data/etcd", "/data/etcd"), undefined);
    });
});

describe("etcd.local.dataDir", () => {
    const given = (dataDir: string, more: object = {}) => {
        const kubernetes = { kubeadm: { clusterConfiguration: { etcd: { local: { dataDir } } } } };
        return (validateConfig({ ...raw(), kubernetes, ...more }).problems ?? []).map(({ message }) => message);
    };

    test("is told to the scripts only where it is not kubeadm's own", () => {
        const inputs = (settings: Record<string, unknown>) => {
            const config = cluster(settings);
            return clusterSettings(config, nodeOf(config, "master"), nodeOf(config, "master"));
        };
        assert.ok(!("ETCD_DATA_DIR" in inputs({})));
        const at = (dataDir: string) => ({
            kubernetes: { kubeadm: { clusterConfiguration: { etcd: { local: { dataDir } } } } },
        });
        assert.ok(!("ETCD_DATA_DIR" in inputs(at("/var/lib/etcd"))));
        assert.equal(inputs(at("/data/etcd")).ETCD_DATA_DIR, "/data/etcd");
    });

    test("is no flag: kubeadm would mount another directory", () => {
        const local = { extraArgs: [{ name: "data-dir", value: "/data/etcd" }] };
        const kubernetes = { kubeadm: { clusterConfiguration: { etcd: { local } } } };
        const problems = validateConfig({ ...raw(), kubernetes }).problems ?? [];
        assert.match(
            problems.map(({ path, message }) => `${path}: ${message}`).join(),
            /etcd\.local\.extraArgs: .*set dataDir/,
        );
    });

    test("is a directory of etcd's own", () => {
        for (const fine of ["/var/lib/etcd", "/var/lib/etcd/data", "/data/etcd", "/etcd", "/mnt/disk1/etcd"])
            assert.deepEqual(given(fine), [], fine);
        for (const bad of [
            "/",
            "/var/lib",
            "/data",
            "/var/lib/kubelet/etcd",
            "/etc/kubernetes/etcd",
            "/tmp/etcd",
            "etcd",
            "/data/etcd/",
            "/data/../etc",
        ])
            assert.equal(given(bad).length, 1, bad);
        const storage = { addOn: "rook", ceph: { dataDir: "/data/rook" } };
        assert.match(given("/data/rook/etcd", { storage }).join(), /shares its place with storage\.ceph\.dataDir/);
    });
});
