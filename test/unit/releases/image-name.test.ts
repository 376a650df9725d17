import assert from "node:assert/strict";
import { test } from "node:test";
import { fullName, imageName, imageReference, mirrored, registryOf } from "../../../components/releases/image-name";

const DIGEST = `sha256:${"0".repeat(64)}`;

/** A reference, its parts, its whole form, the registry that hosts ask, and itself behind the mirror m.example/a. */
const REFERENCES: [
    reference: string,
    parts: [registry: string, repository: string, tag?: string, digest?: string],
    whole: string,
    asked: string,
    behind: string,
][] = [
    ["busybox", ["docker.io", "library/busybox"], "docker.io/library/busybox:latest", "docker.io", "busybox"],
    ["busybox:1", ["docker.io", "library/busybox", "1"], "docker.io/library/busybox:1", "docker.io", "busybox:1"],
    ["rook/ceph:v1", ["docker.io", "rook/ceph", "v1"], "docker.io/rook/ceph:v1", "docker.io", "rook/ceph:v1"],
    ["docker.io/rook/ceph:v1", ["docker.io", "rook/ceph", "v1"], "docker.io/rook/ceph:v1", "docker.io", "rook/ceph:v1"],
    ["quay.io/a/b/c:v1", ["quay.io", "a/b/c", "v1"], "quay.io/a/b/c:v1", "quay.io", "a/b/c:v1"],
    [
        "registry.k8s.io/pause:3",
        ["registry.k8s.io", "pause", "3"],
        "registry.k8s.io/pause:3",
        "registry.k8s.io",
        "pause:3",
    ],
    ["localhost:5000/a:v1", ["localhost:5000", "a", "v1"], "localhost:5000/a:v1", "localhost:5000", "a:v1"],
    ["localhost:5000/a", ["localhost:5000", "a"], "localhost:5000/a:latest", "localhost:5000", "a"],
    // Images that were loaded on the hosts: they are asked of no registry under this name.
    ["localhost/a:v1", ["localhost", "a", "v1"], "localhost/a:v1", "docker.io", "localhost/a:v1"],
    [
        `a/b@${DIGEST}`,
        ["docker.io", "a/b", undefined, DIGEST],
        `docker.io/a/b:latest@${DIGEST}`,
        "docker.io",
        `a/b@${DIGEST}`,
    ],
    [`q.io/a:v1@${DIGEST}`, ["q.io", "a", "v1", DIGEST], `q.io/a:v1@${DIGEST}`, "q.io", `a:v1@${DIGEST}`],
];

for (const [reference, [registry, repository, tag, digest], whole, asked, behind] of REFERENCES) {
    test(`${reference} is taken apart and put together`, () => {
        assert.deepEqual(imageName(reference), { registry, repository, tag, digest });
        assert.equal(fullName(imageName(reference)), whole);
        assert.equal(registryOf(reference), asked);
        assert.equal(mirrored(reference, "m.example/a"), `m.example/a/${behind}`);
        assert.equal(mirrored(reference, undefined), reference);
    });
}

test("a reference has its digest behind the tag", () => {
    assert.equal(imageReference("weaveworks", "weave-kube", "2.8.1"), "weaveworks/weave-kube:2.8.1");
    assert.equal(imageReference("r.example/m", "a", "v1", DIGEST), `r.example/m/a:v1@${DIGEST}`);
});
