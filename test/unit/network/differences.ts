/** One place where two documents differ; a side that has nothing there says `undefined`. */
export interface Difference {
    path: string;
    release: unknown;
    program: unknown;
}

/** Every place where a document of the program differs from that of the release, by path. */
export function differences(release: unknown, program: unknown, path: string): Difference[] {
    if (isTree(release) && isTree(program) && Array.isArray(release) === Array.isArray(program)) {
        const keys = new Set([...Object.keys(release), ...Object.keys(program)]);
        return [...keys].flatMap((key) => differences(release[key], program[key], `${path}.${key}`));
    }
    return Object.is(release, program) ? [] : [{ path, release, program }];
}

function isTree(value: unknown): value is Record<string, unknown> {
    return typeof value === "object" && value !== null;
}
