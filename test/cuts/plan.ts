/** Numbers by chance that a seed repeats. */
export function chance(seed: number): () => number {
    let state = seed >>> 0;
    return () => {
        state = (state + 0x6d2b79f5) >>> 0;
        let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
        mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
        return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    };
}

/** The same in another order. */
export function shuffled<T>(items: readonly T[], random: () => number): T[] {
    const all = [...items];
    for (let at = all.length - 1; at > 0; at--) {
        const other = Math.floor(random() * (at + 1));
        [all[at], all[other]] = [all[other] as T, all[at] as T];
    }
    return all;
}
