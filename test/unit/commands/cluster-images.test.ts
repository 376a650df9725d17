import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { clusterImages } from "../../../commands/cluster-images";
import { imageName } from "../../../components/releases/image-name";
import { companions, kubeadmImages } from "../../../components/releases/kubeadm-images";
import { storageImages } from "../../../components/storage/images";
import { cacheDir } from "../../lab/paths";
import { cluster } from "../config/cluster";
import { disks, rook } from "../storage/fixtures";

/** The kubeadm of each version that the lab has built so far. */
const built = existsSync(cacheDir("site"))
    ? readdirSync(cacheDir("site"))
          .map((version) => ({ version, kubeadm: cacheDir("site", version, "bin/linux/amd64/kubeadm") }))
          .filter(({ kubeadm }) => existsSync(kubeadm))
    : [];

test("there is a kubeadm to ask", { skip: built.length > 0 ? false : "the lab has built none yet: npm run lab" }, () =>
    assert.ok(built.every(({ version }) => /^v\d/.test(version))),
);

for (const { version, kubeadm } of built) {
    test(`the images of ${version} are those that its own kubeadm lists, wherever they come from`, () => {
        for (const repository of ["registry.k8s.io", "registry.example.com/k8s"]) {
            const args = [
                "config",
                "images",
                "list",
                "--kubernetes-version",
                version,
                "--image-repository",
                repository,
            ];
            const { stdout } = spawnSync(kubeadm, args, { encoding: "utf8" });
            assert.deepEqual(kubeadmImages(version, repository)?.sort(), stdout.trim().split("\n").sort());
        }
    });
}

for (const { version, kubeadm } of built) {
    test(`case 25: images of dns and etcd.local as kubeadm ${version} takes them`, () => {
        const settings = {
            dns: { imageRepository: "registry.example.com/dns", imageTag: "v1.12.9" },
            etcd: { local: { imageRepository: "registry.example.com/etcd", imageTag: "3.5.32-0" } },
        };
        const directory = mkdtempSync(join(tmpdir(), "images-"));
        try {
            const file = join(directory, "kubeadm.yaml");
            const head = {
                apiVersion: "kubeadm.k8s.io/v1beta4",
                kind: "ClusterConfiguration",
                kubernetesVersion: version,
            };
            writeFileSync(file, JSON.stringify({ ...head, ...settings }));
            const { stdout } = spawnSync(kubeadm, ["config", "images", "list", "--config", file], { encoding: "utf8" });
            const found = kubeadmImages(version, "registry.k8s.io", settings);
            assert.deepEqual(found?.sort(), stdout.trim().split("\n").sort());
        } finally {
            rmSync(directory, { recursive: true });
        }
    });
}

test("case 25: npm run images names those of the ClusterConfiguration, and none of an add-on that is off", () => {
    const clusterConfiguration = {
        dns: { imageRepository: "registry.example.com/dns", imageTag: "v1.12.9" },
        etcd: { local: { imageTag: "3.5.32-0" } },
        proxy: { disabled: true },
    };
    const images = clusterImages(cluster({ kubernetes: { kubeadm: { clusterConfiguration } } }));
    assert.ok(images.includes("registry.example.com/dns/coredns:v1.12.9"));
    assert.ok(images.includes("registry.k8s.io/etcd:3.5.32-0"));
    assert.ok(!images.some((image) => image.includes("kube-proxy")));
});

test("later patch releases have their own etcd; a minor release that nobody knows has none", () => {
    assert.equal(companions("v1.32.9")?.etcd, "3.5.16-0");
    assert.equal(companions("v1.32.11")?.etcd, "3.5.24-0");
    assert.equal(companions("v1.40.0"), undefined);
    assert.throws(
        () => clusterImages(cluster({ kubernetes: { version: "1.40.0" } })),
        /not known here; .*kubeadm config images list --kubernetes-version v1\.40\.0/,
    );
});

test("references are whole, by registry, each once; add-ons follow their settings", () => {
    const images = clusterImages(cluster({ network: { addOn: "weave" } }));
    assert.equal(images[0], "docker.io/weaveworks/weave-kube:2.8.1");
    assert.deepEqual(images, [...new Set(images)].sort());
    const digest = `sha256:${"a".repeat(64)}`;
    const flannel = { addOn: "flannel", imageRegistry: "example.com/flannel", digests: { flannel: digest } };
    const own = clusterImages(cluster({ network: flannel }));
    assert.ok(own.includes(`example.com/flannel/flannel:v0.26.7@${digest}`));
    assert.ok(!own.some((image) => image.startsWith("docker.io")));
});

test("metrics-server and Headlamp come with their add-ons", () => {
    const images = clusterImages(
        cluster({
            kubernetes: { servingCertificates: true },
            metrics: { addOn: "metrics-server" },
            dashboard: { addOn: "headlamp" },
        }),
    );
    for (const image of [
        "registry.k8s.io/metrics-server/metrics-server:v0.7.2",
        "ghcr.io/headlamp-k8s/headlamp:v0.43.0",
    ])
        assert.ok(images.includes(image), image);
});

test("storage brings the operator, Ceph and CSI, from its own registry where one is named", () => {
    const released = storageImages(rook({ nodes: disks(1) }));
    assert.equal(released.length, 8);
    assert.deepEqual(released.slice(0, 2), ["docker.io/rook/ceph:v1.16.1", "quay.io/ceph/ceph:v19.2.0"]);
    const own = storageImages(rook({ nodes: disks(1), imageRegistry: "example.com", images: { operator: "a/b:1" } }));
    assert.deepEqual(own.slice(0, 2), ["a/b:1", "example.com/ceph/ceph:v19.2.0"]);
    assert.ok(own.slice(2).every((image) => image.startsWith("example.com/")));
});

for (const [reference, expected] of [
    ["busybox", ["docker.io", "library/busybox", undefined]],
    ["weaveworks/weave-kube:2.8.1", ["docker.io", "weaveworks/weave-kube", "2.8.1"]],
    ["localhost:5000/a/b", ["localhost:5000", "a/b", undefined]],
    ["registry.k8s.io/pause:3.10@sha256:00", ["registry.k8s.io", "pause", "3.10"]],
] as const) {
    test(`a reference taken apart: ${reference}`, () => {
        const { registry, repository, tag } = imageName(reference);
        assert.deepEqual([registry, repository, tag], expected);
    });
}
