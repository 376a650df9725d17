/** An image reference, taken apart. */
export interface ImageName {
    /** Host, with its port where it has one. */
    registry: string;
    /** Path and name below the registry. */
    repository: string;
    /** Tag; undefined where there is none, which means `latest`. */
    tag?: string;
    /** `sha256:...`, where the image is pinned to one. */
    digest?: string;
}

const DEFAULT_REGISTRY = "docker.io";

/** What stands before the first slash, where that is a host by its dot or its port, and the rest. */
function apart(reference: string): { host?: string; rest: string } {
    const [first = "", ...rest] = reference.split("/");
    return rest.length > 0 && /[.:]/.test(first) ? { host: first, rest: rest.join("/") } : { rest: reference };
}

/** The registry of a reference; docker.io where it names none. */
export function registryOf(reference: string): string {
    return apart(reference).host ?? DEFAULT_REGISTRY;
}

/** Takes a reference apart as container runtimes do: without a registry it is docker.io, without a path `library`. */
export function imageName(reference: string): ImageName {
    const [, name = "", tag, digest] = /^(.*?)(?::([\w][\w.-]*))?(?:@(.*))?$/.exec(reference) ?? [];
    const local = /^(localhost)\/(.*)$/.exec(name);
    const { host: registry = DEFAULT_REGISTRY, rest } = local ? { host: local[1], rest: local[2] ?? "" } : apart(name);
    const repository = registry === DEFAULT_REGISTRY && !rest.includes("/") ? `library/${rest}` : rest;
    return { registry, repository, tag, digest };
}

/**
 * Puts a reference together: `registry/name:tag`, followed by `@digest` where one is pinned.
 * The tag stays beside a digest: the runtime ignores it, but `kubectl describe` then still tells the version.
 *
 * @param registry everything in front of the image's own name, such as `weaveworks` or `registry.example.com/mirror/weaveworks`
 * @param digest `sha256:` and 64 hexadecimal digits
 */
export function imageReference(registry: string, name: string, tag: string, digest?: string): string {
    const tagged = `${registry}/${name}:${tag}`;
    return digest === undefined ? tagged : `${tagged}@${digest}`;
}

/** The whole reference, with registry and tag. */
export function fullName({ registry, repository, tag, digest }: ImageName): string {
    return imageReference(registry, repository, tag ?? "latest", digest);
}

/** A reference with another registry in front. */
export function mirrored(reference: string, registry: string | undefined): string {
    return registry === undefined ? reference : `${registry}/${apart(reference).rest}`;
}
