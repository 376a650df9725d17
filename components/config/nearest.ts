import { Problem } from "./problem";

/** No known word is nearly as long: a longer one is none of them, misspelt. */
const LONGEST_WORD = 100;

/** Problems of one kind that are told one by one; of more a person learns nothing. */
export const MOST_TOLD = 20;

// Edits that make one word of another; two letters that changed places are one.
function editDistance(a: string, b: string): number {
    const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, index) => index)];
    const at = (i: number, j: number) => rows[i]?.[j] ?? Infinity;
    for (let i = 1; i <= a.length; i++) {
        const row = [i];
        rows.push(row);
        for (let j = 1; j <= b.length; j++) {
            const same = a[i - 1] === b[j - 1];
            const swapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
            row[j] = Math.min(
                at(i - 1, j) + 1,
                at(i, j - 1) + 1,
                at(i - 1, j - 1) + (same ? 0 : 1),
                i > 1 && j > 1 && swapped ? at(i - 2, j - 2) + 1 : Infinity,
            );
        }
    }
    return at(a.length, b.length);
}

/** The known words near enough to a misspelt one to be meant, nearest first. */
export function nearestWords(word: string, known: readonly string[], most = 3): string[] {
    if (word.length > LONGEST_WORD) return [];
    const limit = Math.max(1, Math.ceil(word.length / 3));
    const near = known
        // As many edits are needed at least.
        .filter((candidate) => Math.abs(candidate.length - word.length) <= limit)
        .map((candidate) => ({ candidate, distance: editDistance(word.toLowerCase(), candidate.toLowerCase()) }))
        .filter(({ distance }) => distance <= limit)
        .sort((a, b) => a.distance - b.distance);
    const best = near[0]?.distance ?? 0;
    return near
        .filter(({ distance }) => distance <= best + 1)
        .slice(0, most)
        .map(({ candidate }) => candidate);
}

/** The known word nearest to a misspelt one, where one is near enough to be meant. */
export function nearest(word: string, known: readonly string[]): string | undefined {
    return nearestWords(word, known, 1)[0];
}

/** The end of a message about a misspelt word: what may be meant, or nothing. */
export function meant(word: string, known: readonly string[]): string {
    const near = nearest(word, known);
    return near === undefined ? "" : `; did you mean ${near}?`;
}

/** The same for words of which there are few: where none is near, all of them. */
export function meantOrKnown(word: string, known: readonly string[]): string {
    return meant(word, known) || `; known are ${known.join(", ")}`;
}

/** A name as a message shows it. */
export function shownName(name: string): string {
    return name.length > LONGEST_WORD ? `${name.slice(0, LONGEST_WORD)}...` : name;
}

/**
 * Problems of one kind: the first ones as `tell` has them, of the others how many they are. So a message can be read, and
 * is made in no time, however much is wrong.
 */
export function firstProblems<Item, Told extends Problem>(items: readonly Item[], tell: (item: Item) => Told): Told[] {
    const told = items.slice(0, MOST_TOLD).map(tell);
    const last = told.at(-1);
    if (last && items.length > told.length) last.message += `; and ${items.length - told.length} more of this kind`;
    return told;
}

/** Keys that nobody reads, with the nearest ones that are read. */
export function unknownKeys(
    keys: readonly string[],
    known: readonly string[],
    path: (key: string) => string,
): Problem[] {
    return firstProblems(keys, (key) => {
        return { path: path(shownName(key)), message: `is not a known key${meant(key, known)}` };
    });
}
