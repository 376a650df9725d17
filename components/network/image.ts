/**
 * Joins an image reference: `registry/name:tag`, followed by `@digest` where one is pinned.
 * The tag stays beside a digest: the runtime ignores it, but `kubectl describe` then still tells the version.
 *
 * @param registry everything in front of the image's own name, such as `weaveworks` or `registry.example.com/mirror/weaveworks`
 * @param digest `sha256:` and 64 hexadecimal digits
 */
export function imageReference(registry: string, name: string, tag: string, digest?: string): string {
    const tagged = `${registry}/${name}:${tag}`;
    return digest === undefined ? tagged : `${tagged}@${digest}`;
}
