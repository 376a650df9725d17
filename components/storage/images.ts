import type { RookConfig } from "../config/storage-schema";
import { mirrored } from "../releases/image-name";

/** The images that operator v1.16.1 starts by itself, by what they do. */
const IMAGES = {
    cephCsi: "quay.io/cephcsi/cephcsi:v3.13.0",
    registrar: "registry.k8s.io/sig-storage/csi-node-driver-registrar:v2.11.1",
    provisioner: "registry.k8s.io/sig-storage/csi-provisioner:v5.0.1",
    attacher: "registry.k8s.io/sig-storage/csi-attacher:v4.6.1",
    resizer: "registry.k8s.io/sig-storage/csi-resizer:v1.11.1",
    snapshotter: "registry.k8s.io/sig-storage/csi-snapshotter:v8.2.0",
    csiAddons: "quay.io/csiaddons/k8s-sidecar:v0.11.0",
};

/** The operator's setting for each image but its own. */
const SETTINGS = {
    cephCsi: "ROOK_CSI_CEPH_IMAGE",
    registrar: "ROOK_CSI_REGISTRAR_IMAGE",
    provisioner: "ROOK_CSI_PROVISIONER_IMAGE",
    attacher: "ROOK_CSI_ATTACHER_IMAGE",
    resizer: "ROOK_CSI_RESIZER_IMAGE",
    snapshotter: "ROOK_CSI_SNAPSHOTTER_IMAGE",
    csiAddons: "ROOK_CSIADDONS_IMAGE",
} as const;

/** The operator's own image. */
export function operatorImage(rook: RookConfig, released: string): string {
    return rook.images.operator ?? mirrored(released, rook.imageRegistry);
}

/** The image of the Ceph daemons. */
export function cephImage(rook: RookConfig): string {
    return mirrored(rook.ceph.image, rook.imageRegistry);
}

/** All images that the storage pulls. CSI add-ons are in none of its clusters unless their image is named. */
export function storageImages(rook: RookConfig): string[] {
    const names = Object.keys(SETTINGS) as (keyof typeof SETTINGS)[];
    const started = names.filter((name) => name !== "csiAddons" || rook.images.csiAddons !== undefined);
    return [
        operatorImage(rook, `docker.io/rook/ceph:${rook.version}`),
        cephImage(rook),
        ...(rook.proof.image === undefined ? [] : [rook.proof.image]),
        ...started.map((name) => rook.images[name] ?? mirrored(IMAGES[name], rook.imageRegistry)),
    ];
}

/** The operator's settings for images that differ from what it knows itself. */
export function imageSettings(rook: RookConfig): Record<string, string> {
    const names = Object.keys(SETTINGS) as (keyof typeof SETTINGS)[];
    return Object.fromEntries(
        names
            .map(
                (name) =>
                    [SETTINGS[name], rook.images[name] ?? mirrored(IMAGES[name], rook.imageRegistry), name] as const,
            )
            .filter(([, image, name]) => image !== IMAGES[name])
            .map(([setting, image]) => [setting, image]),
    );
}
