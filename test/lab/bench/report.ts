import { machine } from "../machine";

/** Seconds that each thing took in one round. */
export interface Times {
    up: number;
    add: number;
    destroy: number;
    unchanged: number;
    preview: number;
}

const ROWS: [keyof Times, string][] = [
    ["up", "three nodes from bare hosts"],
    ["add", "one worker more"],
    ["destroy", "hosts given back"],
    ["unchanged", "`up` without changes"],
    ["preview", "`preview`"],
];

function median(values: number[]): number {
    const sorted = [...values].sort((a, b) => a - b);
    const middle = Math.floor(sorted.length / 2);
    const [low, high] = [sorted[sorted.length - 1 - middle] ?? NaN, sorted[middle] ?? NaN];
    return (low + high) / 2;
}

const cell = (values: number[]): string =>
    `${median(values).toFixed(1)} s (${values.map((value) => value.toFixed(1)).join(", ")})`;

/** docs/benchmark.md; `loads`: the machine's load in each round */
export function report(shell: Partial<Times>[], pulumi: Times[], loads: string[]): string {
    const rows = ROWS.map(([key, name]) => {
        const own = pulumi.map((times) => times[key]);
        const plain = shell.flatMap((times) => times[key] ?? []);
        if (plain.length === 0) return `| ${name} | none | ${cell(own)} | |`;
        return `| ${name} | ${cell(plain)} | ${cell(own)} | ${(median(own) / median(plain)).toFixed(2)} |`;
    });
    return `# Benchmark

Written by \`npm run bench\`: [a plain shell script](../test/lab/bench/plain-ssh.sh) that does the source article's steps over SSH, all hosts at work at the same time, against this program. Both on the same local hosts,
in turn, with images on the hosts and packages installed before; Kubernetes' programs are downloaded by both, from the machine itself. Medians, and in brackets each round.

Machine: ${machine()}; load in each round ${loads.join(", ")}. Hosts, Pulumi and the site that serves them share its processors.
A load of more than the processors is other work beside it: such a round stands for itself alone.

| what | shell script | this program | ratio |
| --- | --- | --- | --- |
${rows.join("\n")}

The script waits for the same end: nodes Ready, network rolled out, CoreDNS answering. What it leaves out: checks of hosts and versions, running again after a failure, tokens of one worker each, labels and
taints, encrypted outputs, and on the way down draining nodes and putting back what was there before.
`;
}
