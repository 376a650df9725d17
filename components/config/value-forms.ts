/** Forms of single values, as Go and Kubernetes read them. */

/** Whether a text is a duration, such as 1h30m, 0, -1s or 1.5s. */
export function isDuration(text: string): boolean {
    return /^[-+]?(0|((\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h))+)$/.test(text);
}

/** Whether a text is a quantity, such as 100Mi, 0.5, 200m or 1e3. */
export function isQuantity(value: unknown): boolean {
    return typeof value === "string" && /^[-+]?(\d+\.?\d*|\.\d+)([KMGTPE]i|[numkMGTPE]|[eE][-+]?\d+)?$/.test(value);
}

/** Whether a text is a time with its zone, such as 2026-11-23T08:00:00Z. */
export function isTime(text: string): boolean {
    return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[-+]\d\d:\d\d)$/.test(text);
}

/** Whether a text is what a flag of the kind bool takes. */
export function isBoolean(text: string): boolean {
    return /^(1|t|T|TRUE|true|True|0|f|F|FALSE|false|False)$/.test(text);
}

/** Whether a text is a whole number as Go writes it: 1000, 1_000, 0x3e8. */
export function isWholeNumber(text: string): boolean {
    return /^[-+]?(\d(_?\d)*|0[xX](_?[\da-fA-F])+|0[bB](_?[01])+|0[oO](_?[0-7])+)$/.test(text);
}

/** Whether a text is a number. */
export function isNumber(text: string): boolean {
    return text.trim() !== "" && Number.isFinite(Number(text));
}
