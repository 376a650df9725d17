import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { copyFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { test, TestContext } from "node:test";
import * as pulumi from "@pulumi/pulumi";
import { loadConfig } from "../../../components/config";
import { lockEntry, MANIFEST_FILES } from "../../../components/releases/manifest-lock";
import { loadManifests } from "../../../components/storage/manifests";
import { disks, release, skip } from "./fixtures";

const node = (name: string, address: string) => ({ name, role: "worker", address });

function temporary(context: TestContext): string {
    const directory = mkdtempSync(path.join(tmpdir(), "manifests-"));
    context.after(() => rmSync(directory, { recursive: true, force: true }));
    return directory;
}

/** A cache of the test's own. */
function cache(context: TestContext): string {
    const before = process.env.XDG_CACHE_HOME;
    const directory = temporary(context);
    process.env.XDG_CACHE_HOME = directory;
    context.after(() => {
        if (before === undefined) delete process.env.XDG_CACHE_HOME;
        else process.env.XDG_CACHE_HOME = before;
    });
    return path.join(directory, "kubeadm-cluster", "rook");
}

/** Serves a directory from a process of its own, as a download blocks this one. */
async function serve(context: TestContext, directory: string): Promise<{ address: string; stop(): void }> {
    const program = `require("node:http").createServer((request, answer) => {
        const stream = require("node:fs").createReadStream(process.argv[1] + request.url);
        stream.on("error", () => answer.writeHead(404).end());
        stream.pipe(answer);
    }).listen(0, "127.0.0.1", function () { console.log(this.address().port); });`;
    const child = spawn(process.execPath, ["-e", program, directory], { stdio: ["ignore", "pipe", "inherit"] });
    context.after(() => child.kill());
    const port = await new Promise<string>((resolve) =>
        child.stdout.once("data", (data) => resolve(String(data).trim())),
    );
    return { address: `http://127.0.0.1:${port}`, stop: () => child.kill() };
}

test("a directory: all documents, none empty; the second time from their parsed form", { skip }, (context) => {
    const cached = cache(context);
    const first = loadManifests("v1.16.1", release);
    assert.deepEqual(
        MANIFEST_FILES.map((file) => first[file].length),
        [19, 53, 2],
    );
    assert.equal(readdirSync(cached).filter((file) => file.endsWith(".json")).length, 3);
    assert.deepEqual(loadManifests("v1.16.1", release), first);
});

test("a changed file is refused, and both sums are shown", { skip }, (context) => {
    cache(context);
    const directory = temporary(context);
    for (const file of MANIFEST_FILES) copyFileSync(path.join(release, file), path.join(directory, file));
    writeFileSync(path.join(directory, "common.yaml"), "kind: Surprise\n");
    assert.throws(
        () => loadManifests("v1.16.1", directory),
        (error: Error) =>
            error.message.includes(lockEntry("v1.16.1")?.["common.yaml"] ?? "-") &&
            /common\.yaml is not that of Rook v1\.16\.1: its SHA-256 is [0-9a-f]{64}, manifests\.lock\.json says [0-9a-f]{64}/.test(
                error.message,
            ),
    );
});

test("the configuration is refused with it, so before any host is reached", { skip }, (context) => {
    cache(context);
    const directory = temporary(context);
    for (const file of MANIFEST_FILES) writeFileSync(path.join(directory, file), "kind: Surprise\n");
    const storage = { addOn: "rook", manifests: directory, nodes: disks(1) };
    const settings = {
        nodes: [{ ...node("master", "10.0.0.1"), role: "control-plane" }, node("worker-1", "10.0.0.2")],
        storage,
    };
    pulumi.runtime.setAllConfig(
        Object.fromEntries(
            Object.entries(settings).map(([key, value]) => [`kubeadm-cluster:${key}`, JSON.stringify(value)]),
        ),
    );
    assert.throws(() => loadConfig(), /crds\.yaml is not that of Rook v1\.16\.1.*; nothing was changed/);
});

test("an address: fetched once, then read without any network", { skip }, async (context) => {
    cache(context);
    const server = await serve(context, release);
    const first = loadManifests("v1.16.1", server.address);
    server.stop();
    assert.deepEqual(loadManifests("v1.16.1", server.address), first);
});

test("an address that does not answer: one line that says what to do", (context) => {
    cache(context);
    assert.throws(
        () => loadManifests("v1.16.1", "http://127.0.0.1:9/rook"),
        /^Error: cannot download http:\/\/127\.0\.0\.1:9\/rook\/crds\.yaml: .*; give a mirror or a directory .*storage\.manifests$/,
    );
});

test("a version without checksums", () => {
    assert.throws(
        () => loadManifests("v1.15.0", "/nowhere"),
        /Rook v1\.15\.0 has no checksums.*storage:lock -- v1\.15\.0/,
    );
});
