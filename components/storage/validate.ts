import * as fs from "node:fs";
import type { Problem } from "../config/problem";
import { dataDirProblem } from "./data-dir";
import { isAddress, lockedVersions, MANIFEST_FILES } from "./manifest-lock";
import { ClusterNode, daemonNodes, replication, storageNodes } from "./plan";
import type { RookConfig, StorageConfig } from "./schema";
import { CEPH_RELEASES, cephVersion, KUBERNETES_MINORS } from "./versions";

/** What the storage is checked against. */
export interface StorageSurroundings {
    nodes: ClusterNode[];
    /** Such as v1.32.0. */
    kubernetesVersion: string;
}

/**
 * All that is wrong with the storage's settings, found without a cluster; paths are relative to the key `storage`.
 * Devices themselves are looked at on their hosts, before anything is changed there.
 */
export function validateStorage(storage: StorageConfig, surroundings: StorageSurroundings): Problem[] {
    if (storage.addOn === "none") return [];
    return [
        ...kubernetesProblems(surroundings.kubernetesVersion),
        ...manifestProblems(storage),
        ...nodeProblems(storage, surroundings.nodes),
        ...cephProblems(storage, surroundings.nodes),
        ...poolProblems(storage, surroundings.nodes),
    ];
}

function kubernetesProblems(version: string): Problem[] {
    const { first, last } = KUBERNETES_MINORS;
    const minor = Number(version.replace(/^v/, "").split(".")[1]);
    if (minor >= first && minor <= last) return [];
    const message = `rook 1.16 supports Kubernetes 1.${first} to 1.${last}, and kubernetes.version is ${version}: take one of those, or write none`;
    return [{ path: "addOn", message }];
}

function manifestProblems(rook: RookConfig): Problem[] {
    const problems: Problem[] = [];
    const known = lockedVersions();
    if (!known.includes(rook.version)) {
        const message = `${rook.version} has no checksums in manifests.lock.json (it has ${known.join(", ")}): make an entry with npm run storage:lock -- ${rook.version}`;
        problems.push({ path: "version", message });
    }
    if (rook.manifests !== undefined && !isAddress(rook.manifests)) {
        const missing = MANIFEST_FILES.filter((file) => !fs.existsSync(`${rook.manifests}/${file}`));
        if (missing.length > 0) {
            const message = `the directory ${rook.manifests} has no ${missing.join(", ")}: give the directory that holds the release's manifests, or an http(s) address`;
            problems.push({ path: "manifests", message });
        }
    }
    return problems;
}

function nodeProblems(rook: RookConfig, nodes: ClusterNode[]): Problem[] {
    const problems: Problem[] = [];
    if (rook.nodes.length === 0 && !rook.useAllDevices) {
        const message =
            "names no storage node: give name and devices of each, or set useAllDevices if every raw device may be taken";
        problems.push({ path: "nodes", message });
    }
    const seen = new Map<string, number>();
    rook.nodes.forEach((node, index) => {
        const path = `nodes[${index}]`;
        if (!nodes.some(({ name }) => name === node.name)) {
            const names = nodes.map(({ name }) => name).join(", ");
            problems.push({ path: `${path}.name`, message: `"${node.name}" is not a node of this cluster (${names})` });
        }
        const first = seen.get(node.name);
        if (first === undefined) seen.set(node.name, index);
        else problems.push({ path: `${path}.name`, message: `"${node.name}" is that of nodes[${first}] already` });
        problems.push(...deviceProblems(rook, index));
    });
    return problems;
}

function deviceProblems(rook: RookConfig, index: number): Problem[] {
    const node = rook.nodes[index];
    if (node === undefined) return [];
    const path = `nodes[${index}]`;
    const problems: Problem[] = [];
    const filter = node.deviceFilter ?? rook.deviceFilter;
    if (node.devices.length === 0 && filter === undefined && !rook.useAllDevices) {
        problems.push({
            path,
            message: `"${node.name}" names no devices: give devices or deviceFilter, or leave the node out`,
        });
    }
    if (node.devices.length > 0 && (node.deviceFilter !== undefined || rook.useAllDevices)) {
        const other = rook.useAllDevices ? "useAllDevices" : "deviceFilter";
        problems.push({
            path: `${path}.devices`,
            message: `devices and ${other} exclude each other: keep one of them`,
        });
    }
    const seen = new Set<string>();
    node.devices.forEach((device, at) => {
        const plain = device.path.replace(/\/+/g, "/").replace(/\/\.(?=\/)/g, "");
        if (seen.has(plain)) {
            problems.push({
                path: `${path}.devices[${at}]`,
                message: `${device.path} is named twice on this node: remove one`,
            });
        }
        seen.add(plain);
        if (/^\/dev\/loop\d+$/.test(plain) && !rook.operator.allowLoopDevices) {
            const message = `${device.path} is a loop device: set operator.allowLoopDevices if this is a test, else give a disk`;
            problems.push({ path: `${path}.devices[${at}]`, message });
        }
    });
    return problems;
}

function cephProblems(rook: RookConfig, nodes: ClusterNode[]): Problem[] {
    const problems: Problem[] = [];
    const { image, allowUnsupported, monCount } = rook.ceph;
    const found = cephVersion(image);
    if (!allowUnsupported && (found === undefined || !CEPH_RELEASES.includes(found.release))) {
        const what = found === undefined ? "tells no whole version by its tag" : `is Ceph ${found.version}`;
        const message = `${image} ${what}; Rook 1.16 knows ${CEPH_RELEASES.map((release) => `${release}.x`).join(" and ")}: take such a tag, or set ceph.allowUnsupported`;
        problems.push({ path: "ceph.image", message });
    }
    if (monCount !== undefined && ![1, 3, 5].includes(monCount)) {
        problems.push({ path: "ceph.monCount", message: `${monCount} mons make no sound quorum: write 1, 3 or 5` });
    }
    const hosts = daemonNodes(rook, nodes).length;
    if (monCount !== undefined && monCount > 1 && monCount > hosts) {
        const message = `${monCount} mons need as many nodes, and ${hosts} can take one: write ${hosts >= 3 ? 3 : 1}`;
        problems.push({ path: "ceph.monCount", message });
    }
    const place = dataDirProblem(rook.ceph.dataDir);
    if (place !== undefined) problems.push({ path: "ceph.dataDir", message: `${rook.ceph.dataDir} ${place}` });
    return problems;
}

function poolProblems(rook: RookConfig, nodes: ClusterNode[]): Problem[] {
    const count = storageNodes(rook, nodes).length;
    const problems: Problem[] = [];
    for (const key of ["blockPool", "filesystem", "objectStore"] as const) {
        const pool = rook[key];
        if (!pool.enabled) continue;
        const { size, failureDomain } = replication(pool, count);
        if (failureDomain === "host" && count > 0 && size > count) {
            const message = `${size} copies on different hosts need ${size} storage nodes, and there are ${count}: write at most ${count}, or failureDomain: osd`;
            problems.push({ path: `${key}.replicas`, message });
        }
    }
    if (rook.blockPool.enabled && !rook.operator.csi.rbd) {
        problems.push({
            path: "blockPool.enabled",
            message: "needs operator.csi.rbd, which is false: switch one of them",
        });
    }
    if (rook.filesystem.enabled && !rook.operator.csi.cephfs) {
        problems.push({
            path: "filesystem.enabled",
            message: "needs operator.csi.cephfs, which is false: switch one of them",
        });
    }
    if (
        rook.blockPool.enabled &&
        rook.blockPool.defaultClass &&
        rook.filesystem.enabled &&
        rook.filesystem.defaultClass
    ) {
        problems.push({
            path: "filesystem.defaultClass",
            message: "blockPool has the default class already: leave it to one of them",
        });
    }
    return problems;
}
