import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { PublishersDouble } from "../../../doubles/publishers";
import { writeImage } from "../../../lab/artefacts/image";
import { archiveOf } from "../../../lab/artefacts/images";
import { archivedRuntime } from "../../../lab/artefacts/package-sources";
import { cniArchiveFile, kubernetesDir, part } from "../../../lab/artefacts/programs";
import { makeMissing, type Step } from "../../../lab/artefacts/steps";
import type { Wanted } from "../../../lab/artefacts/wanted";
import { cacheDir } from "../../../lab/paths";
import { built, fetched } from "../../../lab/sources/fetched";
import {
    containerd,
    cniPlugins,
    etcd,
    kubernetesProgram,
    type Publishers,
    runc,
} from "../../../lab/sources/publishers";
import { lacksImages, publishedImages, publisherSteps, type Setting } from "../../../lab/sources/steps";

/** What the lab built on this machine, for the test that serves it. */
const realCache = cacheDir();
const scratch = mkdtempSync(join(tmpdir(), "sources-"));
const noSkopeo = spawnSync("skopeo", ["--version"]).error ? "skopeo is not installed" : false;
const wanted: Wanted = { versions: ["1.32.0"], images: ["weaveworks/weave-kube:2.8.1"] };
const earlier = { cache: process.env["XDG_CACHE_HOME"], source: process.env["LAB_SOURCE"] };
let site: PublishersDouble;
let from: Publishers;
let said: string[];

before(async () => {
    site = await PublishersDouble.start();
    from = site.publishers;
    for (const name of ["kubeadm", "kubelet", "kubectl"]) offerWithSum(kubernetesProgram(from, name, "1.32.0"), name);
    offerWithSum(cniPlugins(from, "v1.6.2"), tarOf({ loopback: "a plug-in" }));
    if (noSkopeo) return;
    const program = join(scratch, "program");
    writeFileSync(program, "a program");
    for (const name of publishedImages(wanted)) {
        const archive = join(scratch, "image.tar");
        await writeImage({ name, entrypoint: ["/program"], files: { program } }, archive, scratch);
        site.offerImage(name, archive);
    }
});
after(() => {
    site.close();
    rmSync(scratch, { recursive: true });
    if (earlier.cache === undefined) delete process.env["XDG_CACHE_HOME"];
    else process.env["XDG_CACHE_HOME"] = earlier.cache;
});
beforeEach(() => {
    site.reset();
    said = [];
    process.env["XDG_CACHE_HOME"] = mkdtempSync(join(scratch, "cache-"));
});

function offerWithSum(offer: { url: string; sums: string }, content: Buffer | string): void {
    site.offer(offer.sums, `${site.offer(offer.url, content)}  ${offer.url.split("/").at(-1)}\n`);
}

/** An archive with these files, by their places. */
function tarOf(files: Record<string, string>): Buffer {
    const folder = mkdtempSync(join(scratch, "tar-"));
    for (const [place, text] of Object.entries(files)) {
        mkdirSync(dirname(join(folder, place)), { recursive: true });
        writeFileSync(join(folder, place), text);
    }
    return execFileSync("tar", ["-C", folder, "-cz", ...readdirSync(folder)]);
}

const setting = (insist = false): Setting => ({ from, insist, say: (line) => said.push(line) });
const steps = (more: Partial<Wanted> = {}, insist = false) => publisherSteps({ ...wanted, ...more }, setting(insist));
const text = (...path: string[]) => readFileSync(join(...path), "utf8");
const missing = (list: Step[]) => list.filter(({ done }) => !done()).map(({ title }) => title);
const titled = (list: Step[], start: string) => list.filter(({ title }) => title.startsWith(start));

test("a lab's programs and images come with their sums, and say where they are from", { skip: noSkopeo }, async () => {
    await makeMissing(steps(), (line) => said.push(line));
    assert.deepEqual(missing(steps()), []);
    assert.deepEqual(missing(steps({}, true)), []);
    assert.equal(text(kubernetesDir("1.32.0"), "kubelet"), "kubelet");
    const sum = site.offer(kubernetesProgram(from, "kubelet", "1.32.0").url, "kubelet");
    assert.equal(text(kubernetesDir("1.32.0"), "kubelet.sha256"), sum);
    assert.equal(fetched("kubelet v1.32.0")?.sum, sum);
    assert.equal(lacksImages(wanted), false);
    assert.ok(existsSync(archiveOf("docker.io/weaveworks/weave-kube:2.8.1")));
    assert.ok(said.some((line) => line.startsWith("taking kubeadm v1.32.0 (1 of ")));
    // What a maintainer can pin is said.
    assert.ok(said.some((line) => line.endsWith(`pins.json: "kubelet v1.32.0 amd64": "${sum}"`)));
    assert.ok(said.some((line) => /pins\.json: "registry\.k8s\.io\/pause:3\.10": "sha256:/.test(line)));
});

test("a pinned sum is held against the publisher's own file of sums", async () => {
    const kubeadm = titled(steps(), "kubeadm");
    from = { ...site.publishers, sums: { "kubeadm v1.32.0 amd64": "0".repeat(64) } };
    const pinned = titled(steps(), "kubeadm");
    from = site.publishers;
    await assert.rejects(
        makeMissing(pinned, () => undefined),
        /taking kubeadm v1\.32\.0 \(1 of 1\) failed: .* its pinned one is 0{64}; nothing of it was kept/,
    );
    assert.equal(existsSync(join(kubernetesDir("1.32.0"), "kubeadm")), false);
    await makeMissing(kubeadm, () => undefined);
    assert.equal(text(kubernetesDir("1.32.0"), "kubeadm"), "kubeadm");
});

test("what the cache has is used, wherever it is from, unless a source is insisted on", async () => {
    const file = join(kubernetesDir("1.32.0"), "kubectl");
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, "of a build");
    assert.deepEqual(missing(titled(steps(), "kubectl")), []);
    await makeMissing(titled(steps({}, true), "kubectl"), () => undefined);
    assert.equal(text(file), "kubectl");

    const build: Step = {
        title: "kubectl v1.32.0",
        done: () => existsSync(file),
        make: () => Promise.resolve(writeFileSync(file, "of a build", { flag: "wx" })),
    };
    assert.deepEqual(missing([built(build, false)]), []);
    await makeMissing([built(build, true)], () => undefined);
    assert.equal(text(file), "of a build");
    assert.deepEqual(missing([built(build, true)]), []);
    assert.equal(fetched(build.title), undefined);
});

test("containerd and runc are served as their releases are", async () => {
    offerWithSum(containerd(from, "1.7.24"), "containerd");
    offerWithSum(runc(from, "v1.2.3"), "runc");
    await makeMissing(titled(steps({ runtimeArchive: true }), "release archives"), () => undefined);
    assert.deepEqual(archivedRuntime(), { containerd: "1.7.24", runc: "v1.2.3" });
    const name = "containerd-1.7.24-linux-amd64.tar.gz";
    assert.match(
        text(cacheDir("site/containerd/v1.7.24"), `${name}.sha256sum`),
        new RegExp(`^[0-9a-f]{64} {2}${name}\n$`),
    );
    assert.equal(text(cacheDir("site/runc/v1.2.3/runc.amd64")), "runc");
});

test("tests get all programs of Kubernetes, and etcd out of its archive", async () => {
    const names = ["etcd", "etcdctl", "etcdutl"].map((name): [string, string] => [
        `etcd-v3.5.16-linux-amd64/${name}`,
        name,
    ]);
    offerWithSum(etcd(from, "3.5.16"), tarOf(Object.fromEntries(names)));
    const all = steps({ tests: true });
    assert.equal(titled(all, "kube").length, 7);
    await makeMissing(titled(all, "etcd"), () => undefined);
    assert.equal(text(part("etcd-v3.5.16"), "etcdutl"), "etcdutl");
    assert.deepEqual(missing(titled(steps({ tests: true }, true), "etcd")), []);
});

const kubeadm = join(realCache, "site/v1.32.0/bin/linux/amd64/kubeadm");
const pause = join(realCache, "images/pause_3.10.tar");
const cni = join(realCache, "site/cni-plugins/v1.6.2/cni-plugins-linux-amd64-v1.6.2.tgz");
const noBuild = [kubeadm, pause, cni].every((file) => existsSync(file)) ? noSkopeo : "this machine's cache has no lab";

test("what the lab built goes through the sites unchanged, cut-off downloads included", { skip: noBuild }, async () => {
    site.offer(kubernetesProgram(from, "kubeadm", "1.32.0").url, readFileSync(kubeadm));
    site.offer(kubernetesProgram(from, "kubeadm", "1.32.0").sums, text(`${kubeadm}.sha256`));
    offerWithSum(cniPlugins(from, "v1.6.2"), readFileSync(cni));
    site.offerImage("registry.k8s.io/pause:3.10", pause);
    site.fail(/kubeadm$/, "cut", 2);
    const list = steps().filter(({ title }) => /^kubeadm|CNI|pause/.test(title));
    await makeMissing(list, () => undefined);
    assert.equal(
        execFileSync(join(kubernetesDir("1.32.0"), "kubeadm"), ["version", "-o", "short"]).toString(),
        "v1.32.0\n",
    );
    assert.deepEqual(readFileSync(cniArchiveFile("v1.6.2")), readFileSync(cni));
    const layerOf = (archive: string) => {
        const [entry] = JSON.parse(execFileSync("tar", ["-xOf", archive, "manifest.json"]).toString()) as {
            Layers: string[];
        }[];
        return execFileSync("tar", ["-xOf", archive, entry?.Layers[0] ?? ""], { maxBuffer: 1e8 });
    };
    assert.deepEqual(layerOf(archiveOf("registry.k8s.io/pause:3.10")), layerOf(pause));
});
