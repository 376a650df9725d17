import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { CommandError, readOptions, runMain } from "../command-line";
import { engineEvents } from "../event-log";
import { criticalPath, runOf, type Run } from "./steps";
import { clock, duration, timelineSvg } from "./svg";

const USAGE =
    "usage: npm run timeline -- --stack NAME [--event-log FILE] [--out FILE]\n" +
    "Draws when each step of a run ran, as SVG, from the file that Pulumi's --event-log wrote.\n" +
    "By default it reads events-NAME.log and writes timeline-NAME.svg.";

/** The run in an event log, which has to be the stack's. */
function readRun(file: string, stack: string): Run {
    if (!existsSync(file)) {
        throw new CommandError(
            `there is no ${file}; have the next run write it:\n` +
                `    PULUMI_DEBUG_COMMANDS=true pulumi up --stack ${stack} --event-log ${file}`,
        );
    }
    let run: Run;
    try {
        run = runOf(engineEvents(readFileSync(file, "utf8")));
    } catch (error) {
        throw new CommandError(`${file} cannot be drawn: ${(error as Error).message}`);
    }
    if (run.stack !== stack) throw new CommandError(`${file} is of the stack ${run.stack}, not of ${stack}`);
    if (run.steps.length === 0) throw new CommandError(`${file} has nothing to draw: the run changed nothing`);
    return run;
}

function main(): number {
    const { stack, file, out } = readOptions(USAGE, () => {
        const text = { type: "string" } as const;
        const { values } = parseArgs({ options: { stack: text, "event-log": text, out: text } });
        if (values.stack === undefined) throw new Error("--stack is missing");
        return {
            stack: values.stack,
            file: values["event-log"] ?? `events-${values.stack}.log`,
            out: values.out ?? `timeline-${values.stack}.svg`,
        };
    });
    const run = readRun(file, stack);
    writeFileSync(out, timelineSvg(run));
    console.log(`${out}: ${run.steps.length} steps in ${duration(run.seconds)}, ${run.result}.`);
    const path = criticalPath(run.steps).filter(({ start, end }) => end > start);
    const first = clock(Math.min(...run.steps.map(({ start }) => start)));
    console.log(`The first step began at ${first}. ${path.length > 0 ? "Critical path:" : "No step took a second."}`);
    for (const { start, end, host, name } of path)
        console.log(
            `  ${clock(start).padStart(6)}  ${duration(end - start).padStart(10)}  ${host ?? "cluster"}: ${name}`,
        );
    return 0;
}

// Within a promise, so that an error is one line.
runMain(() => Promise.resolve().then(main));
