import { svg } from "../plots/svg";
import { median, ROWS, type Times } from "./report";

/** As the page shows it. */
const rounded = (value: number) => Number(value.toFixed(1));

/** docs/benchmark.svg: the medians as bars, and a line from the fastest to the slowest round. */
export function plot(shell: Partial<Times>[], pulumi: Times[]): Promise<string> {
    const bars = (by: string, rounds: Partial<Times>[]) =>
        ROWS.flatMap(([key, name]) => {
            const values = rounds.flatMap((times) => times[key] ?? []);
            if (values.length === 0) return [];
            const [seconds, least, most] = [median(values), Math.min(...values), Math.max(...values)].map(rounded);
            return [{ what: name.replaceAll("`", ""), by, seconds, least, most }];
        });
    const row = { field: "what", type: "nominal", sort: null, title: null, axis: { labelLimit: 260 } } as const;
    const offset = { field: "by", sort: null } as const;
    return svg({
        data: { values: [...bars("shell script", shell), ...bars("this program", pulumi)] },
        width: 520,
        height: { step: 18 },
        encoding: { y: row, yOffset: offset },
        layer: [
            {
                mark: "bar",
                encoding: {
                    x: { field: "seconds", type: "quantitative", title: "seconds (bar: median, line: all rounds)" },
                    color: {
                        field: "by",
                        sort: null,
                        scale: { range: ["#9a9a9a", "#4a7ab5"] },
                        legend: { title: null, orient: "top" },
                    },
                },
            },
            {
                mark: { type: "rule", strokeWidth: 1.5 },
                encoding: { x: { field: "least", type: "quantitative" }, x2: { field: "most" } },
            },
        ],
    });
}
