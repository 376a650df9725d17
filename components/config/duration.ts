/**
 * Seconds of a duration in Go's form, as Kubernetes flags take it: "10s", "1m30s", "500ms".
 * @returns undefined when the text is no such duration
 */
export function durationSeconds(text: string): number | undefined {
    const units: Record<string, number> = { h: 3600, m: 60, s: 1, ms: 0.001 };
    const part = /(\d+(?:\.\d+)?)(ms|h|m|s)/g;
    if (!/^(\d+(\.\d+)?(ms|h|m|s))+$/.test(text)) return undefined;
    let seconds = 0;
    for (const [, amount, unit] of text.matchAll(part)) seconds += Number(amount) * (units[unit ?? "s"] ?? 0);
    return seconds;
}
