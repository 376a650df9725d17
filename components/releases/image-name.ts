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

/** Takes a reference apart as container runtimes do: without a registry it is docker.io, without a path `library`. */
export function imageName(reference: string): ImageName {
    const [, name = "", tag, digest] = /^(.*?)(?::([\w][\w.-]*))?(?:@(.*))?$/.exec(reference) ?? [];
    const parts = name.split("/");
    const first = parts[0] ?? "";
    const named = parts.length > 1 && (/[.:]/.test(first) || first === "localhost");
    const registry = (named ? parts.shift() : undefined) ?? "docker.io";
    if (registry === "docker.io" && parts.length === 1) parts.unshift("library");
    return { registry, repository: parts.join("/"), tag, digest };
}

/** The whole reference, with registry and tag. */
export function fullName({ registry, repository, tag, digest }: ImageName): string {
    return `${registry}/${repository}:${tag ?? "latest"}${digest === undefined ? "" : `@${digest}`}`;
}
