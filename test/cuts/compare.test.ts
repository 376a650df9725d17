import assert from "node:assert/strict";
import { test } from "node:test";
import { damaged, differences, holdersOf, lost, plainName } from "./compare";
import type { Entry, Tree } from "./root";

const file = (text: string, mode = 0o644): Entry => ({ type: "file", mode, content: text, bytes: Buffer.from(text) });
const absent: Entry = { type: "absent", mode: 0, content: "" };
const tree = (entries: Record<string, Entry>): Tree => new Map(Object.entries(entries));
const nowhere = () => absent;

test("two ends differ by what is missing, left, or other; what varies by itself is no difference", () => {
    const found = tree({ "/etc/a": file("1"), "/etc/b": file("2"), "/etc/left": file("x"), "/etc/gone": absent });
    const wanted = tree({ "/etc/a": file("1", 0o600), "/etc/b": file("3"), "/etc/gone": file("y") });
    assert.deepEqual(differences(found, wanted, new Set(), nowhere), [
        "/etc/a has mode 644, not 600",
        "/etc/b has other contents (1 bytes for 1)",
        "/etc/gone is missing",
        "/etc/left is left",
    ]);
    assert.deepEqual(differences(tree({ "/b": file("2") }), tree({ "/b": file("3") }), new Set(["/b"]), nowhere), []);
});

test("a file that one run has written as it was before is no difference", () => {
    const untouched = () => file("as it was");
    assert.deepEqual(differences(tree({ "/etc/hosts": file("as it was") }), tree({}), new Set(), untouched), []);
    assert.deepEqual(differences(tree({ "/etc/hosts": absent }), tree({}), new Set(), untouched), [
        "/etc/hosts is missing",
    ]);
});

test("a full disk may leave the old file or the new one, never an empty or a cut one", () => {
    const before = tree({ "/etc/hosts": file("old text") });
    const wanted = tree({ "/etc/hosts": file("new text") });
    assert.deepEqual(damaged(before, before, wanted), []);
    assert.deepEqual(damaged(wanted, before, wanted), []);
    assert.deepEqual(damaged(tree({ "/etc/hosts": file("") }), before, wanted), ["/etc/hosts is empty"]);
    assert.deepEqual(damaged(tree({ "/etc/hosts": file("new") }), before, wanted), ["/etc/hosts is cut off"]);
    assert.deepEqual(damaged(tree({ "/etc/hosts": absent }), before, wanted), ["/etc/hosts is gone"]);
});

test("what an undisturbed run keeps must not be lost; what it removes may be", () => {
    const before = tree({ "/sim/node": file("1"), "/sim/token": file("2") });
    const wanted = tree({ "/sim/node": file("1"), "/sim/token": absent });
    assert.deepEqual(lost(tree({ "/sim/node": absent, "/sim/token": absent }), before, wanted), ["/sim/node"]);
});

test("secrets are found wherever they are, names with chance in them are one name", () => {
    assert.deepEqual(holdersOf(["canary"], tree({ "/run/join.aB3xYz": file("token: canary"), "/etc/b": file("no") })), [
        "/run/join.XXXXXX",
    ]);
    assert.equal(plainName("/var/lib/etcd-before-20260102T030405Z/member"), "/var/lib/etcd-before-TIME/member");
    assert.equal(plainName("/etc/keepalived.config"), "/etc/keepalived.config");
});
