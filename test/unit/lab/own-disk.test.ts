import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";

const root = process.getuid?.() === 0 && existsSync("/dev/loop-control");
const skip = root ? false : "not here: root and loop devices";
const script = join(__dirname, "..", "..", "lab", "hosts", "own-disk.sh");
/** With those that the machine has by itself, some of these are above /dev/loop7. */
const HOSTS = 9;

let directory: string;
let boots = 0;

const hostDir = (host: number) => join(directory, `worker-${host}`);
const loops = (host: number): string[] =>
    execFileSync("losetup", ["-n", "--raw", "-O", "NAME", "-j", join(hostDir(host), "disk")], { encoding: "utf8" })
        .split("\n")
        .filter((name) => name !== "");

/** What is in the new /dev of a host that boots. */
function boot(host: number): string[] {
    const dev = join(directory, `dev-${++boots}`);
    mkdirSync(dev);
    execFileSync(script, [hostDir(host), dev]);
    return readdirSync(dev).map((name) => {
        const { rdev } = statSync(join(dev, name));
        return `${name} ${(rdev >> 8) & 0xfff}:${(rdev & 0xff) | ((rdev >> 12) & 0xfff00)}`;
    });
}

before(() => {
    directory = mkdtempSync(join(tmpdir(), "own-disk-"));
    for (let host = 0; host < HOSTS; host++) mkdirSync(hostDir(host));
});
after(() => {
    if (root) {
        for (let host = 0; host < HOSTS; host++) loops(host).forEach((name) => execFileSync("losetup", ["-d", name]));
    }
    rmSync(directory, { recursive: true, force: true });
});

test("a host without a disk sees no loop device", { skip }, () => {
    assert.deepEqual(boot(0), []);
});

test("each host sees its own disk alone, above /dev/loop7 too, and the same one when it boots again", { skip }, () => {
    const seen: string[] = [];
    for (let host = 0; host < HOSTS; host++) {
        execFileSync("truncate", ["-s", "1M", join(hostDir(host), "disk")]);
        const nodes = boot(host);
        const number = loops(host)[0]?.replace("/dev/loop", "");
        assert.deepEqual(nodes, [`loop${number} 7:${number}`]);
        assert.deepEqual(boot(host), nodes);
        seen.push(...nodes);
    }
    assert.equal(new Set(seen).size, HOSTS);
    assert.ok(
        seen.some((node) => Number(/\d+/.exec(node)?.[0]) > 7),
        seen.join(", "),
    );
});

test("a disk that is attached no more, as after a restart of the machine, is attached again", { skip }, () => {
    loops(0).forEach((name) => execFileSync("losetup", ["-d", name]));
    const [node] = boot(0);
    assert.equal(node?.split(" ")[0], loops(0)[0]?.replace("/dev/", ""));
});
