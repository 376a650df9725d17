import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import {
    closeSync,
    existsSync,
    mkdirSync,
    openSync,
    readFileSync,
    symlinkSync,
    writeFileSync,
    writeSync,
} from "node:fs";
import * as path from "node:path";
import { after, afterEach, before, test } from "node:test";
import { attach, detach, ownDirectory, removeDirectory, signatureOf } from "./loop-device";
import { ScriptHost } from "./script-host";

const skip = process.getuid?.() === 0 && existsSync("/dev/loop-control") ? false : "not here: root and loop devices";
let directory: string;
let host: ScriptHost;

before(async () => {
    if (skip !== false) return;
    directory = ownDirectory();
    host = await ScriptHost.start("worker-1", path.join(directory, "worker-1"), "");
});
after(async () => {
    if (skip !== false) return;
    await host.close();
    removeDirectory(directory);
});
afterEach(() => {
    if (skip === false) wipe();
});

const tool = (program: string, ...args: string[]): string => execFileSync(program, args, { encoding: "utf8" });
const wipe = (): string => tool("wipefs", "-q", "-a", host.device);
const check = (...devices: string[]) =>
    host.call("storage-check.sh", { DEVICES: devices.join("\n"), DATA_DIR: "/var/lib/rook" });
const clean = (device = host.device, consent = "true") =>
    host.call("storage-clean.sh", { DEVICES: device, DATA_DIR: "/var/lib/rook", DESTROY_DATA: consent });

/** The check refuses these devices with this reason, in as many lines as there are problems and one more. */
async function refused(pattern: RegExp, ...devices: string[]): Promise<void> {
    const { code, stderr } = await check(...devices);
    assert.equal(code, 1, stderr);
    assert.match(stderr, pattern);
    assert.match(stderr, /1 problem\(s\) with this host's storage, named above; nothing was changed/);
}
/** The device is Ceph's: checked, recorded, and with the first bytes of BlueStore's label. */
async function given(): Promise<void> {
    const { code, stderr } = await check(host.device);
    assert.equal(code, 0, stderr);
    host.becomeOsd(host.device);
}

test("a raw device is taken; there is no record of one that is refused", { skip }, async () => {
    const { code, stderr } = await check(host.device);
    assert.equal(code, 0, stderr);
    assert.match(
        readFileSync(path.join(host.root, "state/storage-devices"), "utf8"),
        new RegExp(`^${host.device} loop:`),
    );
    await refused(/^\/dev\/nothing: does not exist; see ls -l \/dev\/disk\/by-id$/m, host.device, "/dev/nothing");
});

test("what is no block device", { skip }, () =>
    refused(/^\/dev\/null: is no block device; name one, see lsblk$/m, "/dev/null"),
);

test("the same device by two names", { skip }, async () => {
    const other = path.join(directory, "other-name");
    symlinkSync(host.device, other);
    await refused(
        new RegExp(`^${other}: is the same device as ${host.device}; name it once$`, "m"),
        host.device,
        other,
    );
});

test("a signature, of a file system or of swap: refused with the command that clears it", { skip }, async () => {
    tool("mkfs.ext4", "-q", host.device);
    await refused(new RegExp(`holds ext4; if that may be lost, clear it with: wipefs -a ${host.device}`), host.device);
    wipe();
    tool("mkswap", host.device);
    await refused(/holds swap; if that may be lost/, host.device);
});

test("Ceph's own signature: welcome where this stack put it, foreign elsewhere", { skip }, async () => {
    await given();
    assert.equal((await check(host.device)).code, 0);
    writeFileSync(path.join(host.root, "state/storage-devices"), `${host.device} loop:/another/file\n`);
    await refused(/holds ceph_bluestore/, host.device);
});

/** A partition table with one partition of 10 MB, as in a PC's first sector. */
function partition(): void {
    const sector = Buffer.alloc(512);
    sector.writeUInt8(0x83, 446 + 4);
    sector.writeUInt32LE(2048, 446 + 8);
    sector.writeUInt32LE(20480, 446 + 12);
    sector.writeUInt16BE(0x55aa, 510);
    const file = openSync(host.device, "r+");
    writeSync(file, sector);
    closeSync(file);
}
/** Makes the kernel look for partitions on the device, or forget them. */
function reattach(...options: string[]): void {
    tool("losetup", "-d", host.device);
    tool("losetup", ...options, host.device, path.join(host.root, "disk"));
}

test("a partition table, with its partitions known to the kernel or not", { skip }, async () => {
    partition();
    await refused(/holds dos; if that may be lost/, host.device);
    reattach("-P");
    // Some kernels do not look for partitions on loop devices.
    const known = existsSync(`/sys/class/block/${path.basename(host.device)}/${path.basename(host.device)}p1`);
    await refused(known ? /it has partitions; give a device that nothing uses/ : /holds dos/, host.device);
    wipe();
    reattach();
});

test("a mounted device is neither taken nor wiped", { skip }, async () => {
    await given();
    wipe();
    tool("mkfs.ext4", "-q", host.device);
    const place = path.join(directory, "mounted");
    mkdirSync(place, { recursive: true });
    tool("mount", host.device, place);
    try {
        await refused(new RegExp(`is mounted on ${place}; give a device that nothing uses`), host.device);
        const { code, stderr } = await clean();
        assert.equal(code, 1);
        assert.match(stderr, new RegExp(`is not wiped: .* is mounted on ${place}; free it, then run this again`));
        assert.equal(host.signature, "ext4");
    } finally {
        tool("umount", place);
    }
});

test("a device that got another signature since is not wiped", { skip }, async () => {
    await given();
    wipe();
    tool("mkfs.ext4", "-q", host.device);
    const { code, stderr } = await clean();
    assert.equal(code, 1);
    assert.match(stderr, /is not wiped: it holds ext4, which is not Ceph's; clear it by hand/);
    assert.equal(host.signature, "ext4");
});

test("a device that a process holds open is awaited, and named when it stays so", { skip }, async () => {
    await given();
    const file = openSync(host.device, "r");
    const holder = spawn("sleep", ["60"], { stdio: [file, "ignore", "ignore"] });
    closeSync(file);
    try {
        const { code, stderr } = await clean();
        assert.equal(code, 1, stderr);
        assert.match(stderr, new RegExp(`is not wiped: still in use by process ${holder.pid}`));
        assert.equal(host.signature, "ceph_bluestore");
    } finally {
        holder.kill();
    }
});

test("another device under the recorded name is left as it is", { skip }, async () => {
    await given();
    const record = path.join(host.root, "state/storage-devices");
    writeFileSync(record, readFileSync(record, "utf8").replace("loop:", "loop:/elsewhere"));
    const { code, stderr } = await clean();
    assert.equal(code, 0, stderr);
    assert.match(stderr, /is not known to be the device that was given to Ceph .*; it is left as it is/);
    assert.equal(host.signature, "ceph_bluestore");
});

test("without consent, files and devices stay", { skip }, async () => {
    await given();
    const { code, stderr } = await clean(host.device, "false");
    assert.equal(code, 0, stderr);
    assert.match(stderr, /left as they are, for storage\.destroyData is not set/);
    assert.equal(host.signature, "ceph_bluestore");
    assert.ok(existsSync(host.dataDir));
});

test(
    "with consent, nothing is left, labels at 1 GiB included; a second time there is nothing to do",
    { skip },
    async () => {
        const file = path.join(directory, "large");
        const device = attach(file, 1100);
        try {
            assert.equal((await check(device)).code, 0);
            host.becomeOsd(device);
            tool(
                "dd",
                `of=${device}`,
                "if=/dev/urandom",
                "bs=4096",
                "count=1",
                `seek=${1073741824 / 4096}`,
                "conv=notrunc",
                "status=none",
            );
            const { code, stderr } = await clean(device);
            assert.equal(code, 0, stderr);
            assert.equal(signatureOf(device), "");
            assert.equal(existsSync(host.dataDir), false);
            const label = execFileSync("dd", [
                `if=${device}`,
                "bs=4096",
                "count=1",
                `skip=${1073741824 / 4096}`,
                "status=none",
            ]);
            assert.ok(label.every((byte) => byte === 0));
            assert.equal((await clean(device)).code, 0);
        } finally {
            detach(device);
        }
    },
);

test("files of an earlier cluster on a host that is no node yet", { skip }, async () => {
    execFileSync("rm", [path.join(host.root, "kubelet.conf")]);
    mkdirSync(path.join(host.dataDir, "mon-a"), { recursive: true });
    await refused(/holds the files of an earlier Ceph cluster; if they may be lost: rm -rf/, host.device);
});

test("section 7: a directory that is not known to be Ceph's alone is left as it is", { skip }, async () => {
    writeFileSync(path.join(host.root, "kubelet.conf"), "");
    await given();
    // Another directory, such as another disk, took the place of the one that was given to Ceph.
    const mark = path.join(host.dataDir, ".kubeadm-cluster-storage");
    assert.equal(existsSync(mark), true);
    execFileSync("rm", [mark]);
    writeFileSync(path.join(host.dataDir, "important"), "a");
    const { code, stderr } = await clean();
    assert.equal(code, 0, stderr);
    assert.match(stderr, /is not known to be Ceph's alone; it is left as it is/);
    assert.equal(readFileSync(path.join(host.dataDir, "important"), "utf8"), "a");
    // A cluster from before there was a mark: nothing but what Rook makes.
    execFileSync("rm", [path.join(host.dataDir, "important")]);
    assert.equal((await clean()).code, 0);
    assert.equal(existsSync(host.dataDir), false);
});

test("section 7: what is mounted below Ceph's directory is unmounted, never emptied", { skip }, async () => {
    await given();
    const place = path.join(host.dataDir, "rook-ceph/mounted");
    const other = path.join(directory, "other");
    mkdirSync(place);
    mkdirSync(other);
    writeFileSync(path.join(other, "important"), "a");
    tool("mount", "--bind", other, place);
    const { code, stderr } = await clean();
    assert.equal(code, 0, stderr);
    assert.equal(readFileSync(path.join(other, "important"), "utf8"), "a");
    assert.equal(existsSync(host.dataDir), false);
});

test("section 7: a link into the host itself is refused by what it leads to", { skip }, async () => {
    const kubelet = path.join(host.root, "kubelet");
    mkdirSync(kubelet, { recursive: true });
    writeFileSync(path.join(kubelet, "important"), "a");
    symlinkSync(kubelet, path.join(host.root, "var/lib/linked"));
    const inputs = { DEVICES: "", DATA_DIR: "/var/lib/linked" };
    const refusal = await host.call("storage-check.sh", inputs);
    assert.equal(refusal.code, 1);
    assert.match(refusal.stderr, /kubelet of the host itself; give storage\.ceph\.dataDir a directory of its own/);
    const { code, stderr } = await host.call("storage-clean.sh", { ...inputs, DESTROY_DATA: "true" });
    assert.equal(code, 0, stderr);
    assert.match(stderr, /of the host itself; it is left as it is/);
    assert.equal(readFileSync(path.join(kubelet, "important"), "utf8"), "a");
});
