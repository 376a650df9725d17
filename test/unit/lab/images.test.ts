import assert from "node:assert/strict";
import { test } from "node:test";
import { placeOf } from "../../lab/mirror/images";

for (const [image, repository, tag] of [
    ["registry.k8s.io/coredns/coredns:v1.11.3", "coredns/coredns", "v1.11.3"],
    ["registry.k8s.io/pause:3.10", "pause", "3.10"],
    ["docker.io/busybox", "library/busybox", "latest"],
    ["busybox:1", "library/busybox", "1"],
    ["docker.io/lab/busybox:1", "lab/busybox", "1"],
    ["weaveworks/weave-kube:2.8.1", "weaveworks/weave-kube", "2.8.1"],
    ["quay.io/ceph/ceph:v19.2.0", "ceph/ceph", "v19.2.0"],
    ["localhost:5000/a/b:c", "a/b", "c"],
    ["localhost/a", "a", "latest"],
] as const) {
    test(`${image} is served as ${repository}:${tag}`, () => {
        assert.deepEqual(placeOf(image), { repository, tag });
    });
}
