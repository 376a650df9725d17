import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";

const script = join(__dirname, "..", "..", "..", "components", "network", "weave-launch.sh");
const root = mkdtempSync(join(tmpdir(), "weave-launch-"));
after(() => rmSync(root, { recursive: true, force: true }));

/** Starts Weave in a host with these interfaces and their MTU; eth1 has the node's address. Gives what it was told. */
function launched(links: Record<string, number>, environment: Record<string, string> = {}) {
    rmSync(root, { recursive: true, force: true });
    mkdirSync(join(root, "bin"), { recursive: true });
    for (const [link, mtu] of Object.entries(links)) {
        mkdirSync(join(root, "net", link), { recursive: true });
        writeFileSync(join(root, "net", link, "mtu"), `${mtu}\n`);
    }
    const program = (path: string, text: string) => {
        writeFileSync(join(root, path), `#!/bin/sh\n${text}\n`);
        chmodSync(join(root, path), 0o755);
    };
    program("bin/ip", "printf '2: eth0    inet 10.0.2.15/24 scope global eth0\\n3: eth1    inet 10.0.0.1/24 x\\n'");
    program("launch.sh", 'echo "mtu=${WEAVE_MTU:-} plain=${WEAVE_NO_FASTDP:-}"');
    const text = readFileSync(script, "utf8")
        .replaceAll("/sys/class/net", join(root, "net"))
        .replaceAll("/home/weave", root);
    const env = { PATH: `${join(root, "bin")}:${process.env.PATH}`, NODE_IP: "10.0.0.1", ...environment };
    const { status, stdout, stderr } = spawnSync("/bin/sh", ["-c", text], { env, encoding: "utf8" });
    assert.equal(status, 0, stderr);
    return stdout.trim().split("\n").at(-1);
}

test("on an ordinary card Weave starts as in its release", () => {
    assert.equal(launched({ eth0: 1400, eth1: 1500 }), "mtu= plain=");
    assert.equal(launched({ eth0: 1400, eth1: 1460 }), "mtu= plain=");
    assert.equal(launched({ eth1: 9001 }), "mtu= plain=");
});

test("a card that carries less has Weave send less, unless the configuration says how much", () => {
    assert.equal(launched({ eth0: 1500, eth1: 1450 }), "mtu=1366 plain=");
    assert.equal(launched({ eth0: 1500, eth1: 1450 }, { WEAVE_MTU: "1300" }), "mtu=1300 plain=");
    assert.equal(launched({ eth0: 1400 }, { NODE_IP: "10.0.0.9" }), "mtu= plain=");
});

test("a bridge of an earlier start on a kernel without Open vSwitch is taken as it is; beside a datapath it is not", () => {
    assert.equal(launched({ eth1: 1500, weave: 1376 }), "mtu= plain=1");
    assert.equal(launched({ eth1: 1500, weave: 1376, datapath: 1376 }), "mtu= plain=");
});
