import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { storageSchema, validateStorage } from "../../../components/storage";
import { companionsOf } from "../../lab/artefacts/versions";
import { artefactVersions, upOptions } from "../../lab/options";
import { defaultSettings, merged } from "../../lab/storage";
import { labHosts } from "../../lab/topology";

test("without options: two workers, flannel, the pinned Kubernetes", () => {
    const sources = {
        ...{ distribution: "debian", install: "binaries", containerd: "distribution", proxy: false },
        ...{ storage: "none", storageSettings: {}, metrics: "none" },
    };
    assert.deepEqual(upOptions([]), { workers: 2, masters: 1, network: "flannel", kubernetes: "1.32.0", ...sources });
    assert.deepEqual(upOptions(["--workers", "3", "--network", "weave", "--kubernetes", "v1.33.4"]), {
        workers: 3,
        masters: 1,
        network: "weave",
        kubernetes: "1.33.4",
        ...sources,
    });
    const { install, containerd, proxy } = upOptions(["--install", "packages", "--containerd", "archive", "--proxy"]);
    assert.deepEqual([install, containerd, proxy], ["packages", "archive", true]);
    assert.equal(upOptions(["--distribution", "rhel"]).distribution, "rhel");
});

test("settings of the storage are given as JSON, or as a file that holds it", (context) => {
    const directory = mkdtempSync(join(tmpdir(), "options-"));
    context.after(() => rmSync(directory, { recursive: true }));
    const file = join(directory, "settings.json");
    writeFileSync(file, '{ "waitSeconds": 60 }');
    for (const given of [file, '{ "waitSeconds": 60 }']) {
        const { storage, storageSettings } = upOptions(["--storage", "rook", "--storage-settings", given]);
        assert.deepEqual({ storage, storageSettings }, { storage: "rook", storageSettings: { waitSeconds: 60 } });
    }
});

test("they are put over the lab's own, object by object", () => {
    const own = defaultSettings({ rbd: true, ceph: true });
    const found = merged(own, { operator: { csi: { rbd: false } }, blockPool: { enabled: false }, nodes: [] });
    assert.deepEqual(found.operator, { allowLoopDevices: true, csi: { rbd: false, kernelCephfs: true } });
    assert.deepEqual([found.blockPool, found.nodes, found.destroyData], [{ enabled: false }, [], true]);
});

test("the lab's own settings are such as the program takes, whatever the kernel has", () => {
    for (const kernel of [true, false]) {
        const devices = [{ name: "worker-1", devices: ["/dev/loop0"] }];
        const settings = { ...defaultSettings({ rbd: kernel, ceph: kernel }), nodes: devices };
        const nodes = [{ name: "worker-1", role: "worker" as const, taints: [] }];
        const found = validateStorage(storageSchema.parse(settings), { nodes, kubernetesVersion: "v1.32.0" });
        assert.deepEqual(found, []);
    }
});

for (const [args, message] of [
    [["--worker", "3"], /^Unknown option '--worker'. Known: --workers N/],
    [["3"], /^Unexpected argument '3'/],
    [["--workers", "two"], /^--workers takes a number from 0 to 100, not "two"/],
    [["--workers", "101"], /^--workers takes/],
    [["--masters", "2"], /^--masters takes 1, 3, 5, not "2"/],
    [["--distribution", "arch"], /^--distribution takes debian, rhel, not "arch"/],
    [["--install", "snap"], /^--install takes binaries, packages, not "snap"/],
    [["--storage", "longhorn"], /^--storage takes none, rook, not "longhorn"/],
    [["--storage-settings", "{}x"], /^--storage-settings is no JSON/],
    [["--storage-settings", "/no/such/file"], /^--storage-settings names \/no\/such\/file, which does not exist/],
    [["--storage-settings", '{"waitSeconds": 60}'], /^--storage-settings is for --storage rook/],
    [["--network", "calico"], /^--network takes flannel, weave, none, not "calico"/],
] as const) {
    test(`refused in one line: ${args.join(" ")}`, () => {
        assert.throws(
            () => upOptions([...args]),
            (error: Error) => message.test(error.message) && !error.message.includes("\n"),
        );
    });
}

test("a Kubernetes that the lab cannot build is refused with what it can", () => {
    assert.throws(() => companionsOf("1.31.0"), /cannot build Kubernetes "1.31.0": it knows 1.32.x and 1.33.x/);
    assert.throws(() => companionsOf("1.32"), /cannot build/);
    assert.equal(companionsOf("1.33.4").etcd, "3.5.21-0");
});

test("several versions can be built in one go; none, or one that cannot be built, is refused before anything is", () => {
    assert.deepEqual(artefactVersions(["1.32.1", "v1.33.4"]), ["1.32.1", "1.33.4"]);
    assert.throws(() => artefactVersions([]), /Say which Kubernetes versions/);
    assert.throws(() => artefactVersions(["1.32.1", "1.30.0"]), /cannot build Kubernetes "1.30.0"/);
});

test("worker-1 is the one that is not reached as root; addresses follow the numbers", () => {
    const hosts = labHosts(3);
    assert.deepEqual(
        hosts.map(({ name, address, user }) => `${name} ${address} ${user}`),
        ["master 10.77.0.10 root", "worker-1 10.77.0.11 admin", "worker-2 10.77.0.12 root", "worker-3 10.77.0.13 root"],
    );
});
