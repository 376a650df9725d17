import type { Mode } from "./modes";

/** What became of one situation's cuts in one mode. */
export interface Row {
    script: string;
    situation: string;
    mode: Mode;
    /** Commands, or calls and their answers, that a run has. */
    cuts: number;
    /** Those of them that differ. */
    distinct: number;
    tried: number;
    held: number;
}

/** One cut after which something did not hold. */
export interface Finding {
    script: string;
    situation: string;
    plan: string;
    at: string;
    problems: string[];
}

export function findingText({ script, situation, plan, at, problems }: Finding): string {
    return `${script} (${situation}), ${plan}, at: ${at}\n${problems.map((problem) => `    ${problem}`).join("\n")}`;
}

export function reportText(rows: Row[], findings: Finding[], leftOut: string[], heading: string): string {
    const cells = [
        ["script", "situation", "mode", "cuts", "distinct", "tried", "held"],
        ...rows.map((row) =>
            [row.script, row.situation, row.mode, row.cuts, row.distinct, row.tried, row.held].map(String),
        ),
    ];
    const widths = (cells[0] ?? []).map((_, column) => Math.max(...cells.map((line) => line[column]?.length ?? 0)));
    const table = cells.map((line) =>
        line
            .map((cell, column) => cell.padEnd(widths[column] ?? 0))
            .join("  ")
            .trimEnd(),
    );
    const details = findings.map(findingText);
    const tried = rows.reduce((sum, row) => sum + row.tried, 0);
    const sums = `${new Set(rows.filter((row) => row.tried > 0).map((row) => row.script)).size} scripts, ${tried} cuts tried, ${findings.length} did not hold`;
    return [
        heading,
        "",
        ...table,
        "",
        ...(details.length > 0 ? ["What did not hold:", ...details, ""] : []),
        ...(leftOut.length > 0 ? [`Left out for lack of time: ${leftOut.join(", ")}`, ""] : []),
        sums,
        "",
    ].join("\n");
}
