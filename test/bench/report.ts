import { machine } from "./machine";

/** Seconds that each thing took in one round. */
export interface Times {
    up: number;
    add: number;
    destroy: number;
    unchanged: number;
    preview: number;
}

/** What is measured, and how the page names it. */
export const ROWS: [keyof Times, string][] = [
    ["up", "three nodes from bare hosts"],
    ["add", "one worker more"],
    ["destroy", "hosts given back"],
    ["unchanged", "`up` without changes"],
    ["preview", "`preview`"],
];

export function median(values: number[]): number {
    const sorted = [...values].sort((a, b) => a - b);
    const middle = Math.floor(sorted.length / 2);
    const [low, high] = [sorted[sorted.length - 1 - middle] ?? NaN, sorted[middle] ?? NaN];
    return (low + high) / 2;
}

const cell = (values: number[]): string =>
    `${median(values).toFixed(1)} s (${values.map((value) => value.toFixed(1)).join(", ")})`;

/** The heading below which people write. */
const BY_HAND = "Runs on record";

/** The measured part of docs/benchmark.md; `loads`: the machine's load in each round */
export function report(shell: Partial<Times>[], pulumi: Times[], loads: string[]): string {
    const rows = ROWS.map(([key, name]) => {
        const own = pulumi.map((times) => times[key]);
        const plain = shell.flatMap((times) => times[key] ?? []);
        if (plain.length === 0) return `| ${name} | none | ${cell(own)} | |`;
        return `| ${name} | ${cell(plain)} | ${cell(own)} | ${(median(own) / median(plain)).toFixed(2)} |`;
    });
    return `# Benchmark

\`npm run bench\` writes this page down to "${BY_HAND}". It compares this program with [a plain shell script](../test/bench/plain-ssh.sh).
The script does the source article's steps over SSH, on all hosts at the same time. Both run in turn on the same local
hosts. Images and packages are on the hosts before. Both download Kubernetes' programs, from the machine itself.

![Median times of both](benchmark.svg)

Each cell has the median, and each round in brackets.

Machine: ${machine()}; load in each round ${loads.join(", ")}. Hosts, Pulumi and the site that serves them share its processors.
A load above the number of processors means other work beside the round. Do not compare such a round with others.

| what | shell script | this program | ratio |
| --- | --- | --- | --- |
${rows.join("\n")}

The script waits for the same end: nodes Ready, network rolled out, CoreDNS answering. It leaves out:

- checks of hosts and versions
- a second run after a failure
- one token for each worker
- labels and taints
- encrypted outputs
- on the way down: draining nodes, and putting back what was there before
`;
}

/** What docs/benchmark.md becomes: `text` in the place of the former report; what people wrote below it stays. */
export function withReport(document: string, text: string): string {
    const kept = document.indexOf(`\n## ${BY_HAND}\n`);
    return kept < 0 ? text : text + document.slice(kept);
}
