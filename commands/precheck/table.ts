import type { Finding } from "./finding";

const COLUMNS = ["host", "severity", "check", "found", "wanted", "fix"] as const;
const HEADINGS: Record<(typeof COLUMNS)[number], string> = {
    host: "HOST",
    severity: "SEVERITY",
    check: "CHECK",
    found: "FOUND",
    wanted: "WANTED",
    fix: "HOW TO FIX",
};

/** The findings as a table, one line each. */
export function table(findings: Finding[]): string {
    const rows: Record<(typeof COLUMNS)[number], string>[] = [HEADINGS, ...findings];
    const widths = COLUMNS.map((column) => Math.max(...rows.map((row) => row[column].length)));
    return rows
        .map((row) =>
            COLUMNS.map((column, index) => row[column].padEnd(widths[index] ?? 0))
                .join("  ")
                .trimEnd(),
        )
        .join("\n");
}
