/** What the double of the API server knows: cluster-wide kinds by group and version, then those in namespaces. */
const KINDS: Record<string, [string[], string[]]> = {
    v1: [
        ["Node", "Namespace"],
        ["ServiceAccount", "ConfigMap", "Pod", "Event"],
    ],
    "rbac.authorization.k8s.io/v1": [
        ["ClusterRole", "ClusterRoleBinding"],
        ["Role", "RoleBinding"],
    ],
    "apps/v1": [[], ["DaemonSet", "Deployment", "ControllerRevision"]],
    "policy/v1": [[], ["PodDisruptionBudget"]],
    "apiextensions.k8s.io/v1": [["CustomResourceDefinition"], []],
    "storage.k8s.io/v1": [["StorageClass"], []],
    "ceph.rook.io/v1": [[], ["CephCluster", "CephBlockPool", "CephFilesystem", "CephFilesystemSubVolumeGroup"]],
};

const plural = (kind: string): string => `${kind.toLowerCase()}${kind.endsWith("s") ? "es" : "s"}`;

const groupsOf = (versions: string[]) =>
    versions.map((groupVersion) => {
        const [name, version] = groupVersion.split("/");
        return { name, versions: [{ groupVersion, version }], preferredVersion: { groupVersion, version } };
    });

/** The answer to a question of discovery; undefined where the path is none. */
export function discovery(path: string): object | undefined {
    if (path === "/version") return { major: "1", minor: "32", gitVersion: "v1.32.0", platform: "linux/amd64" };
    if (path === "/api") return { kind: "APIVersions", versions: ["v1"] };
    if (path === "/apis") {
        const groups = groupsOf(Object.keys(KINDS).filter((groupVersion) => groupVersion.includes("/")));
        return { kind: "APIGroupList", apiVersion: "v1", groups };
    }
    const groupVersion = path.replace(/^\/apis?\//, "");
    const group = KINDS[groupVersion];
    if (group === undefined) return undefined;
    const verbs = ["create", "delete", "get", "list", "patch", "update", "watch"];
    const resources = group.flatMap((kinds, namespaced) =>
        kinds.map((kind) => ({ kind, name: plural(kind), singularName: "", namespaced: namespaced === 1, verbs })),
    );
    return { kind: "APIResourceList", apiVersion: "v1", groupVersion, resources };
}

/** A list of objects: their kind, and which paths are those of its objects. */
export interface Collection {
    apiVersion: string;
    kind: string;
    holds: (path: string) => boolean;
}

/** The collection at a path, in one namespace or in all; undefined where there is none. */
export function collectionAt(path: string): Collection | undefined {
    const [, base = "", namespace, resource = ""] =
        /^(\/apis?\/(?:[^/]+\/)?v[^/]+)(?:\/namespaces\/([^/]+))?\/([^/]+)$/.exec(path) ?? [];
    const apiVersion = base.replace(/^\/apis?\//, "");
    const kind = KINDS[apiVersion]?.flat().find((one) => plural(one) === resource);
    if (kind === undefined) return undefined;
    const form = new RegExp(`^${base}(?:/namespaces/([^/]+))?/${resource}/[^/]+$`);
    return {
        apiVersion,
        kind,
        holds: (object) => {
            const match = form.exec(object);
            return match !== null && (namespace === undefined || match[1] === namespace);
        },
    };
}

/** One field of a message in protobuf's form: its number, then a text or a message within. */
function field(number: number, content: string | Buffer): Buffer {
    const bytes = Buffer.from(content as string);
    const varint = (value: number): number[] => (value < 128 ? [value] : [(value % 128) + 128, ...varint(value >> 7)]);
    return Buffer.concat([Buffer.from([...varint(number * 8 + 2), ...varint(bytes.length)]), bytes]);
}

/**
 * /openapi/v2, which clients written in Go ask for in protobuf (gnostic's openapi.v2): that the kinds exist, and of each
 * that it is an object with any fields.
 */
export function openApi(): Buffer {
    const definitions = Object.entries(KINDS).flatMap(([groupVersion, kinds]) => {
        const [version = "", group = ""] = groupVersion.split("/").reverse();
        return kinds.flat().map((kind) => {
            const which = JSON.stringify([{ group, kind, version }]);
            const extension = [field(1, "x-kubernetes-group-version-kind"), field(2, field(2, which))];
            const schema = [field(22, field(1, "object")), field(31, Buffer.concat(extension))];
            return field(
                1,
                Buffer.concat([field(1, `double.${groupVersion}.${kind}`), field(2, Buffer.concat(schema))]),
            );
        });
    });
    return Buffer.concat([field(1, "2.0"), field(9, Buffer.concat(definitions))]);
}
