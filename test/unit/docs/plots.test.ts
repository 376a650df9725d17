import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { plot as benchPlot } from "../../bench/plot";
import { ROWS, type Times } from "../../bench/report";
import { plot as scalePlot } from "../../scale/plot";
import { RUNS } from "../../scale/report";

const read = (file: string) => readFileSync(join(resolve(__dirname, "..", "..", ".."), "docs", file), "utf8");
/** The cells of a page's row. */
const cells = (line: string) => line.split("|").map((cell) => cell.trim());
/** What the bars and points of a picture say of themselves, each once. */
const labels = (picture: string) => new Set([...picture.matchAll(/aria-label="([^"]+)"/g)].map(([, label]) => label));

/** The rounds of one side, as the page has them in brackets. */
function rounds(column: number): Partial<Times>[] {
    const lines = read("benchmark.md").split("\n");
    const found: Partial<Times>[] = [];
    for (const [key, name] of ROWS) {
        const cell = cells(lines.find((line) => line.startsWith(`| ${name} |`)) ?? "")[column] ?? "";
        for (const [round, value] of (/\((.+)\)/.exec(cell)?.[1] ?? "").split(", ").entries())
            if (value !== "") found[round] = { ...found[round], [key]: Number(value) };
    }
    return found;
}

/** The runs of each number of workers, as the page has them. */
const sizes = read("scale.md")
    .split("\n")
    .filter((line) => line.includes(" MiB |"))
    .map((line) => {
        const [, workers = "", ...costs] = cells(line);
        const runs = RUNS.map(([key], index) => {
            const [, time, cpu, memory] = /^([\d.]+) s, ([\d.]+) s, (\d+) MiB$/.exec(costs[index] ?? "") ?? [];
            const result = { code: 0, stdout: "", stderr: "" };
            const cost = { seconds: Number(time), cpu: Number(cpu), memory: Number(memory) * 1024 ** 2 };
            return [key, { ...cost, files: 0, result }] as const;
        });
        return {
            workers: parseInt(workers),
            runs: Object.fromEntries(runs) as Parameters<typeof scalePlot>[0][0]["runs"],
        };
    });

test("docs/benchmark.svg shows the page's figures, each bar and each range", async () => {
    const drawn = await benchPlot(rounds(2), rounds(3) as Times[]);
    assert.deepEqual(labels(read("benchmark.svg")), labels(drawn));
});

test("docs/scale.svg shows the page's figures, each point", async () => {
    assert.ok(sizes.length > 1);
    assert.deepEqual(labels(read("scale.svg")), labels(await scalePlot(sizes)));
});

test("bars are medians, lines go from the fastest to the slowest round, and what was not measured has none", async () => {
    const times: Times = { up: 10, add: 1, destroy: 2, unchanged: 3, preview: 4 };
    const found = [...labels(await benchPlot([{ up: 5 }, { up: 7.26 }, { up: 6 }], [times]))];
    assert.deepEqual(
        found.filter((label) => label?.endsWith("by: shell script")),
        [
            "seconds (bar: median, line: all rounds): 6; what: three nodes from bare hosts; by: shell script",
            "least: 5; what: three nodes from bare hosts; most: 7.3; by: shell script",
        ],
    );
});
