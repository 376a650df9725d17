import { svg } from "../plots/svg";
import { RUNS, type Size } from "./report";

/** As the page shows them. */
const seconds = (value: number) => Number(value.toFixed(1));
const mebibytes = (value: number) => Math.round(value / 1024 ** 2);

/** docs/scale.svg: processors' work and memory of each run, over the number of workers. */
export function plot(sizes: Pick<Size, "workers" | "runs">[]): Promise<string> {
    const values = sizes.flatMap(({ workers, runs }) =>
        RUNS.map(([key, run]) => ({ workers, run, cpu: seconds(runs[key].cpu), memory: mebibytes(runs[key].memory) })),
    );
    const panel = (field: "cpu" | "memory", title: string) => ({
        width: 300,
        height: 240,
        mark: { type: "line", point: true } as const,
        encoding: {
            x: {
                field: "workers",
                type: "quantitative",
                scale: { type: "log" },
                axis: { values: sizes.map(({ workers }) => workers) },
            },
            // As x: work that grows with the workers is a straight line.
            y: { field, type: "quantitative", title, scale: { type: "log" } },
            color: { field: "run", sort: null, legend: { title: null, orient: "top" } },
        } as const,
    });
    return svg({ data: { values }, hconcat: [panel("cpu", "processors' work, s"), panel("memory", "memory, MiB")] });
}
