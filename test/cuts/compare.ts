import type { Entry, Tree } from "./root";

/** What a run says besides its end: logs, what holds the processes of now, the lock's holder. */
const UNTOLD = [
    /^\/var\/log\/kubeadm-cluster\//,
    /^\/sim\/pods(\/|$)/,
    /^\/sim\/.*\.new$/,
    /^\/run\/kubeadm-cluster[a-z-]*\.lock$/,
    // Each restore keeps what was there before it.
    /^\/var\/lib\/kubeadm-cluster\/etcd-before-[^/]+(\/member)?(\/(?!member\.part)|$)/,
    /^\/var\/lib\/cuts-packages$/,
];

/** Names with a time or chance in them, as one. */
export function plainName(name: string): string {
    return name
        .replaceAll(/20\d{6}T\d{6}Z/g, "TIME")
        .replace(/\.[A-Za-z0-9]{6}$/, (end) =>
            /^\.(before|config|policy|events)$/.test(end) || !/[A-Z0-9]/.test(end) ? end : ".XXXXXX",
        );
}

/** Records of the program and of the cluster, which a step may take away before it makes them anew. */
const REMADE = /^\/(var\/lib\/kubeadm-cluster|var\/lib\/etcd|sim)\//;

/** A snapshot holds what the cluster was when it was taken, which a run behind another one finds further on. */
const SNAPSHOT = /^\/var\/lib\/kubeadm-cluster\/etcd-snapshots\/TIME\.db$/;

const told = (name: string) => !UNTOLD.some((pattern) => pattern.test(name));

function plain(tree: Tree): Tree {
    return new Map([...tree].filter(([name]) => told(name)).map(([name, entry]) => [plainName(name), entry]));
}

/**
 * What differs between two ends, a line each.
 * @param varying names whose contents differ between two runs that nobody disturbed
 * @param untouched a file as it was before both; what is in one of the trees alone may be as it was in the other
 */
export function differences(
    found: Tree,
    wanted: Tree,
    varying: Set<string>,
    untouched: (name: string) => Entry,
): string[] {
    const [a, b] = [plain(found), plain(wanted)];
    const lines: string[] = [];
    for (const name of [...new Set([...a.keys(), ...b.keys()])].sort()) {
        const one = a.get(name) ?? untouched(name);
        const other = b.get(name) ?? untouched(name);
        if (one.type === "absent" && other.type === "absent") continue;
        if (one.type === "absent") lines.push(`${name} is missing`);
        else if (other.type === "absent")
            lines.push(`${name} is left${one.type === "file" && one.bytes?.length === 0 ? " (empty)" : ""}`);
        else if (one.type !== other.type) lines.push(`${name} is a ${one.type}, not a ${other.type}`);
        else if (varying.has(name)) continue;
        else if (SNAPSHOT.test(name) && one.bytes?.length && other.bytes?.length) continue;
        else if (one.content !== other.content)
            lines.push(`${name} has other contents (${one.bytes?.length ?? 0} bytes for ${other.bytes?.length ?? 0})`);
        else if (one.mode !== other.mode && one.type !== "link")
            lines.push(`${name} has mode ${one.mode.toString(8)}, not ${other.mode.toString(8)}`);
    }
    return lines;
}

/** Names of files that hold one of the secrets. */
export function holdersOf(secrets: string[], tree: Tree): string[] {
    return [...tree]
        .filter(([, { bytes }]) => bytes && secrets.some((secret) => bytes.includes(secret)))
        .map(([name]) => plainName(name));
}

/**
 * Files from before that a full disk has emptied or cut, or that are gone.
 * @param before at the start
 * @param wanted at the end of a run that nobody disturbed
 */
export function damaged(found: Tree, before: Tree, wanted: Tree): string[] {
    const [a, b, c] = [plain(found), plain(before), plain(wanted)];
    const lines: string[] = [];
    for (const [name, was] of b) {
        if (was.type !== "file") continue;
        const now = a.get(name);
        const later = c.get(name);
        if (!now || now.type === "absent") {
            if (later && later.type !== "absent" && !REMADE.test(name)) lines.push(`${name} is gone`);
            continue;
        }
        if (now.content === was.content || now.content === later?.content || !now.bytes) continue;
        const whole = [was.bytes, later?.bytes].filter((bytes) => bytes !== undefined);
        if (now.bytes.length === 0 && whole.some((bytes) => bytes.length > 0)) lines.push(`${name} is empty`);
        else if (whole.some((bytes) => now.bytes && bytes.length > now.bytes.length && bytes.indexOf(now.bytes) === 0))
            lines.push(`${name} is cut off`);
    }
    return lines;
}

/** What was there before, is kept by an undisturbed run, and is gone. */
export function lost(found: Tree, before: Tree, wanted: Tree): string[] {
    const [a, b, c] = [plain(found), plain(before), plain(wanted)];
    const isThere = (tree: Tree, name: string) => (tree.get(name)?.type ?? "absent") !== "absent";
    return [...b.keys()].filter((name) => isThere(b, name) && !isThere(a, name) && isThere(c, name));
}
