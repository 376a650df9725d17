import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pinnedSums, unvouchedSources, validateConfig } from "../../../components/config";
import { cluster, nodeOf, raw } from "./cluster";

const SUM = "a".repeat(64);
const sums = (settings: Record<string, unknown>) => {
    const config = cluster(settings);
    return pinnedSums(config, nodeOf(config, "master")).split("\n");
};
const said = (settings: Record<string, unknown>) => unvouchedSources(cluster(settings)).map(({ path }) => path);

test("a node's programs are held to the publishers' sums, on both architectures", () => {
    const lines = sums({});
    assert.deepEqual(
        lines.map((line) => line.split(" ").slice(0, 3).join(" ")),
        ["kubeadm", "kubelet", "kubectl"]
            .flatMap((name) => ["amd64", "arm64"].map((arch) => `${name} v1.32.0 ${arch}`))
            .concat(["amd64", "arm64"].map((arch) => `cni-plugins v1.6.2 ${arch}`)),
    );
    for (const line of lines) assert.match(line, / [0-9a-f]{64}$/);
    const archive = sums({ containerRuntime: { source: "archive" } }).map((line) => line.split(" ", 2).join(" "));
    assert.ok(archive.includes("containerd 1.7.24") && archive.includes("runc v1.2.3"));
});

test("sums of the configuration go before those that are shipped, which can be left out", () => {
    const own = { "kubeadm v1.32.0 amd64": SUM };
    assert.ok(sums({ mirrors: { sums: own } }).includes(`kubeadm v1.32.0 amd64 ${SUM}`));
    assert.deepEqual(sums({ mirrors: { sums: own, pinned: false } }), [`kubeadm v1.32.0 amd64 ${SUM}`]);
    assert.deepEqual(sums({ mirrors: { pinned: false } }), [""]);
    assert.deepEqual(sums({ kubernetes: { install: "packages" } }), [""]);
});

test("a sum that is none, and a program that there is not, are refused", () => {
    for (const wrong of [
        { "kubeadm v1.32.0 amd64": "abc" },
        { "kubeadm 1.32.0 amd64": SUM },
        { "bash v1.32.0 amd64": SUM },
    ])
        assert.equal(validateConfig({ ...raw(), mirrors: { sums: wrong } }).problems?.length, 1, JSON.stringify(wrong));
});

test("what is shipped has the form of mirrors.sums, and the releases that are the defaults", () => {
    const file = join(__dirname, "..", "..", "..", "components", "releases", "sums.json");
    const shipped = (JSON.parse(readFileSync(file, "utf8")) as { sums: Record<string, string> }).sums;
    assert.equal(validateConfig({ ...raw(), mirrors: { sums: shipped } }).problems, undefined);
});

test("plain http is warned of where no sum is pinned; so are packages without a signature", () => {
    const http = "http://10.0.0.5";
    assert.deepEqual(said({ mirrors: { binaries: http, cniPlugins: http } }), []);
    assert.deepEqual(said({ mirrors: { binaries: http, pinned: false } }), ["mirrors.binaries"]);
    assert.deepEqual(said({ kubernetes: { version: "1.32.99" }, mirrors: { binaries: http } }), ["mirrors.binaries"]);
    assert.deepEqual(said({ mirrors: { registries: { "docker.io": [http] } } }), ["mirrors.registries"]);
    assert.deepEqual(said({ kubernetes: { install: "packages" }, mirrors: { packagesUnsigned: true } }), [
        "mirrors.packagesUnsigned",
    ]);
    assert.deepEqual(said({}), []);
});
