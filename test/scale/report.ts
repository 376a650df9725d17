import { load, machine } from "../bench/machine";
import type { Measured } from "./measure";

/** What was measured with one number of workers. */
export interface Size {
    workers: number;
    /** False = the state was saved at the end of each run only. */
    savedAtEveryStep: boolean;
    runs: { preview: Measured; up: Measured; unchanged: Measured; add: Measured };
    /** TCP connections of the first up: to the master, and the most to any worker. */
    masterDials: number;
    workerDials: number;
    /** Most connections that one host had open at one time. */
    mostOpen: number;
    /** Connections when one worker is added, by host. */
    addDials: Record<string, number>;
}

/** What is measured, and how the page names it. */
export const RUNS: [keyof Size["runs"], string][] = [
    ["preview", "preview of all"],
    ["up", "first up"],
    ["unchanged", "up without changes"],
    ["add", "one worker more"],
];

const LIMITS = `## Limits, and what lifts them

| limit | met at | what lifts it |
| --- | --- | --- |
| a /24 of the Pod subnet for each node | 256 nodes with the default 10.244.0.0/16. More are refused before anything is done | \`kubernetes.podSubnet\` with a shorter prefix, or \`node-cidr-mask-size\` |
| the engine's parallelism, by default four steps for each processor | an \`up\` of many hosts takes longer than its slowest host | \`pulumi up --parallel 64\`. A step mostly waits for its host and costs little here |
| sshd's \`MaxStartups 10:30:100\`: with 10 or more logins at one time, sshd refuses connections at random | \`--parallel\` beyond 10 admits many workers on the control plane at once. The provider dials again within \`ssh.waitSeconds\` | \`MaxStartups 100:30:200\` on the control plane, or on the bastion if there is one. Or a smaller \`--parallel\` |
| a backend of files saves the whole state at each step, so the work of an \`up\` grows with the square of the hosts. Each host adds some 0.1 MB, nearly all of it the scripts in the input of \`prepare\` | most of the work of a first \`up\` from some ten hosts on | \`PULUMI_SKIP_CHECKPOINTS=true\` for the first \`up\`. If that run is killed, the state knows nothing of it. Nobody has tried the next \`up\` after that |
| a secret proxy password in the input of \`prepare\` | the engine encrypts the input anew at each save and keeps every ciphertext: 7 GB with 20 hosts | as above. Without \`proxyCredentials\` the input is no secret and needs no such memory |
| open files of a process | not met: see the table | \`ulimit -n\` above twice \`--parallel\` |
| memory of the program and the engine | see the table | give the machine that runs Pulumi the memory in the table |
| workers change their kubelets' settings one after the other | N workers take N times the time of one | on purpose: a mistake stops at the first |
`;

const cell = ({ seconds, cpu, memory }: Measured): string =>
    `${seconds.toFixed(1)} s, ${cpu.toFixed(1)} s, ${Math.round(memory / 1024 ** 2)} MiB`;
const row = (cells: (string | number)[]): string => `| ${cells.join(" | ")} |`;

/** docs/scale.md */
export function report(sizes: Size[]): string {
    const heads = ["workers", ...RUNS.map(([, name]) => name)];
    const costs = sizes.map(({ workers, savedAtEveryStep, runs }) =>
        row([savedAtEveryStep ? workers : `${workers} *`, ...RUNS.map(([key]) => cell(runs[key]))]),
    );
    const ways = [
        "workers",
        "to the master",
        "to each worker",
        "open at one time, to one host",
        "open files of one process",
        "one worker more dials",
    ];
    const dials = sizes.map((one) => {
        const added = Object.entries(one.addDials).map(([host, times]) => `${host} ${times}`);
        const files = Math.max(...Object.values(one.runs).map((run) => run.files));
        return row([one.workers, one.masterDials, one.workerDials, one.mostOpen, files, added.join(", ")]);
    });
    return `# Scale

\`npm run scale\` writes this page. It runs the whole program under the real engine. SSH servers stand for the hosts, and
answer every step at once. So the figures are the cost of Pulumi and the program, without the hosts' work.

Memory is that of the engine, the program and the provider plug-ins together, with shared pages counted once. The plug-ins
are those of test/doubles/plugins. Each cell has the time, the processors' work in it, and the most memory at one time. Hosts, API
server and measurement run on the same processors.

Machine: ${machine()}; load at the end ${load()}.

## Time and memory

![Processors' work and memory by the number of workers](scale.svg)

${row(heads)}
${row(heads.map(() => "---"))}
${costs.join("\n")}

\\* with \`PULUMI_SKIP_CHECKPOINTS=true\`: the engine saves the state once, at the end. See below.

## Connections and files on the first up

${row(ways)}
${row(ways.map(() => "---"))}
${dials.join("\n")}

${LIMITS}`;
}
