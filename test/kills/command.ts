import { parseArgs } from "node:util";
import { labCommand } from "../cluster/support/cluster";
import * as lab from "../lab/api";
import { changeFlags, clusterIsWhole, digests, setVersion, wholeRun } from "./checks";
import { type KilledRun, killedRun } from "./killed-run";
import { randomNumbers } from "./random";

const USAGE =
    "usage: npm run test:kills -- [--ups 40] [--destroys 20] [--changes 20] [--upgrades 10] [--seed N] [--minutes 150]\n" +
    "Ends runs of Pulumi on the lab by SIGKILL at random moments; the first run after each has to bring everything to its end.";
const FROM = "v1.32.0";
const TO = "v1.32.1";
/** Seconds that a run takes, in which its kill falls; measured anew by each run that ends before it is killed. */
const usual = { up: 55, change: 35, upgrade: 150, destroy: 15 };
type Kind = keyof typeof usual;

interface Failure {
    round: number;
    kind: Kind;
    run: KilledRun | undefined;
    reason: string;
}

function options() {
    const number = (name: string, fallback: number) => ({ [name]: { type: "string", default: String(fallback) } });
    const { values } = parseArgs({
        options: {
            ...number("ups", 40),
            ...number("destroys", 20),
            ...number("changes", 20),
            ...number("upgrades", 10),
            ...number("seed", Math.floor(Date.now() / 1000) % 1_000_000),
            ...number("minutes", 150),
        } as Record<string, { type: "string"; default: string }>,
    });
    const wrong = Object.entries(values).find(([, value]) => !/^\d+$/.test(String(value)));
    if (wrong) throw new Error(`--${wrong[0]} takes a number, not "${String(wrong[1])}".\n${USAGE}`);
    return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, Number(value)])) as Record<
        "ups" | "destroys" | "changes" | "upgrades" | "seed" | "minutes",
        number
    >;
}

/** Hosts and a stack on them; the digest of hosts that were used and given back once. */
async function begin(): Promise<string> {
    await labCommand("down");
    await labCommand("hosts", "--workers", "1");
    await lab.labWorkspace().init();
    setVersion(FROM);
    usual.up = await wholeRun("up");
    usual.destroy = await wholeRun("destroy");
    return digests();
}

async function main(): Promise<number> {
    const wanted = options();
    const random = randomNumbers(wanted.seed);
    const end = Date.now() + wanted.minutes * 60_000;
    const done: Record<Kind, number> = { up: 0, change: 0, upgrade: 0, destroy: 0 };
    const early: Record<Kind, number> = { ...done };
    const failures: Failure[] = [];
    console.log(`seed ${wanted.seed}: ${JSON.stringify(wanted)}`);
    let bare = await begin();

    /** Kills a run of a kind; the next one has to come to its end. */
    async function killAndRun(round: number, kind: Kind): Promise<void> {
        const verb = kind === "destroy" ? "destroy" : "up";
        // The first second belongs to the engine alone.
        const run = await killedRun(verb, 1 + random() * (usual[kind] - 1));
        if (!run.killed) {
            early[kind]++;
            usual[kind] = run.seconds;
        }
        const seconds = await wholeRun(verb).catch((error: Error) => {
            failures.push({ round, kind, run, reason: error.message });
            throw error;
        });
        if (run.killed) done[kind]++;
        const what = run.killed
            ? `killed after ${run.after.toFixed(1)} s at "${run.stoodAt}"`
            : "ended before the kill";
        console.log(`round ${round}, ${kind}: ${what}; the next run: ${seconds.toFixed(1)} s, code 0`);
    }
    async function whole(round: number, kind: Kind): Promise<void> {
        await clusterIsWhole().catch((error: Error) => {
            failures.push({ round, kind, run: undefined, reason: error.message });
            throw error;
        });
    }

    for (let round = 1; done.up < wanted.ups && Date.now() < end; round++) {
        try {
            setVersion(FROM);
            await killAndRun(round, "up");
            await whole(round, "up");
            if (done.change < wanted.changes) {
                changeFlags(round);
                await killAndRun(round, "change");
                await whole(round, "change");
            }
            if (done.upgrade < wanted.upgrades && round % 4 === 1) {
                setVersion(TO);
                await killAndRun(round, "upgrade");
                await whole(round, "upgrade");
            }
            if (done.destroy < wanted.destroys) await killAndRun(round, "destroy");
            else await wholeRun("destroy");
            const now = await digests();
            if (now !== bare) {
                failures.push({ round, kind: "destroy", run: undefined, reason: difference(bare, now) });
                throw new Error("the hosts are not as they were");
            }
        } catch (error) {
            console.log(`round ${round} FAILED: ${(error as Error).message}`);
            bare = await begin();
        }
    }
    await labCommand("down");
    console.log(
        `seed ${wanted.seed}; killed and run again: ${JSON.stringify(done)}; ended before the kill: ${JSON.stringify(early)}`,
    );
    const left = (["up", "change", "upgrade", "destroy"] as const).filter((kind) => done[kind] < wanted[`${kind}s`]);
    if (left.length > 0)
        console.log(`not all of: ${left.join(", ")} (--minutes ${wanted.minutes} were over, or rounds failed)`);
    for (const { round, kind, run, reason } of failures) {
        console.log(`\nFAILED round ${round}, ${kind}, ${JSON.stringify(run)}\n${reason.slice(-3000)}`);
    }
    console.log(`${Object.values(done).reduce((sum, count) => sum + count)} passed, ${failures.length} failed`);
    return failures.length > 0 ? 1 : 0;
}

function difference(before: string, after: string): string {
    const was = new Set(before.split("\n"));
    const is = new Set(after.split("\n"));
    const gone = [...was].filter((line) => !is.has(line)).map((line) => `- ${line}`);
    const made = [...is].filter((line) => !was.has(line)).map((line) => `+ ${line}`);
    return `the hosts are not as they were:\n${[...gone, ...made].join("\n")}`;
}

main()
    .then((code) => {
        process.exitCode = code;
    })
    .catch((error: unknown) => {
        console.error(error instanceof Error ? error.message : error);
        process.exitCode = 1;
    });
