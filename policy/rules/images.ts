import type { ResourceValidationPolicy } from "@pulumi/policy";
import { containersOf } from "./pod-specs";

/** Where the program's own images come from; more by `--policy-pack-config`. */
const REGISTRIES = ["docker.io", "ghcr.io", "quay.io", "registry.k8s.io"];

const DIGEST = /@sha256:[0-9a-f]{64}$/;
/** MAJOR.MINOR.PATCH: a shorter tag is moved on by whoever publishes the image. */
const EXACT_TAG = /:v?\d+\.\d+\.\d+[A-Za-z0-9._-]*$/;

/** The host of an image reference; Docker's own where none stands. */
function registryOf(image: string): string {
    const [first = "", ...rest] = image.split("/");
    return rest.length > 0 && /[.:]|^localhost$/.test(first) ? first : "docker.io";
}

/** Images besides those of Pods: Ceph's own, and what Rook's operator is told to start. */
function otherImages(type: string, props: Record<string, unknown>): string[] {
    if (type.endsWith(":CephCluster")) {
        const spec = props.spec as { cephVersion?: { image?: string } } | undefined;
        return spec?.cephVersion?.image ? [spec.cephVersion.image] : [];
    }
    if (!type.endsWith(":core/v1:ConfigMap")) return [];
    const data = (props.data ?? {}) as Record<string, string>;
    return Object.keys(data)
        .filter((key) => key.endsWith("_IMAGE"))
        .flatMap((key) => data[key] ?? []);
}

/** What runs in the cluster is what was reviewed, from where it was reviewed. */
export const imagesArePinned: ResourceValidationPolicy = {
    name: "images-are-pinned",
    description: "Every image has a digest or an exact version, and comes from a registry that is allowed.",
    configSchema: { properties: { registries: { type: "array", items: { type: "string" }, default: REGISTRIES } } },
    validateResource: (args, report) => {
        const { type, props } = args;
        const { registries = REGISTRIES } = args.getConfig<{ registries?: string[] }>();
        const images = [
            ...containersOf(type, props).flatMap(({ image }) => image ?? []),
            ...(type.startsWith("kubernetes:") ? otherImages(type, props) : []),
        ];
        for (const image of new Set(images)) {
            if (!DIGEST.test(image) && !EXACT_TAG.test(image))
                report(`${image} may change under its name: give a digest or a tag with the whole version`);
            const registry = registryOf(image);
            if (!registries.includes(registry))
                report(`${image} comes from ${registry}; allowed: ${registries.join(", ")}`);
        }
    },
};
