import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { cluster } from "../../config/cluster";
import { FakeHost } from "./fake-host";

let host: FakeHost;
beforeEach(() => (host = new FakeHost()));
afterEach(() => host.remove());

test("section 7: a directory of the host itself is no place for Ceph, and nobody is told to remove it", () => {
    const ceph = (dataDir: string) => ({
        storage: {
            addOn: "rook",
            nodes: [{ name: "master", devices: [{ path: "/dev/null-of-nobody" }] }],
            operator: { allowLoopDevices: true },
            ceph: { dataDir },
        },
    });
    const found = (dataDir: string) => {
        const config = cluster(ceph("/var/lib/rook"));
        if (config.storage.addOn === "rook") config.storage.ceph.dataDir = dataDir;
        const { stdout } = host.check(config, "report");
        return stdout.split("\n").filter((line) => line.includes("storage files"));
    };
    for (const place of ["/", "/usr/..", "/home", "/usr/lib/rook"]) {
        const [line = ""] = found(place);
        assert.match(line, /the host itself\t/, place);
        assert.doesNotMatch(line, /rm -rf/);
    }
    host.file("var/lib/other/important", "");
    assert.match(found(host.place("var/lib/other"))[0] ?? "", /holds files that are not Ceph's\t/);
    host.file("var/lib/rook/mon-a/keyring", "");
    assert.match(
        found(host.place("var/lib/rook"))[0] ?? "",
        /holds the files of an earlier Ceph cluster\t.*rm -rf \/var\/lib\/rook$/,
    );
});
