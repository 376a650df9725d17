import { attempt, type Cut, type Mode, refer, type Reference } from "./modes";
import { chance, shuffled } from "./plan";
import { functionsOf, unreached } from "./reached";
import { type Finding, findingText, type Row } from "./report";
import { type Call, Root, type Start, type Workshop } from "./root";
import { type Situation, situations, states } from "./situations";
import type { Checkout } from "./tree";

export interface Options {
    seed: number;
    /** Milliseconds of the clock after which nothing new is begun. */
    deadline: number;
    scripts: string[] | undefined;
    /** Part of the names of situations. */
    situation: string | undefined;
    modes: readonly Mode[];
    /** The plan of one cut, or part of the commands at which to cut. */
    cut: string | undefined;
    workers: number;
}

/** Runs cuts of all scripts of a checkout, as many as there is time for, and keeps what did not hold. */
export class Harness {
    readonly rows: Row[] = [];
    readonly findings: Finding[] = [];
    readonly leftOut: string[] = [];
    /** What undisturbed runs have run. */
    private readonly ran: string[] = [];
    private readonly functions: ReadonlySet<string>;
    private readonly starts = new Map<string, Promise<Start>>();
    private readonly roots: Root[];
    private readonly maker: Root;
    private readonly pristine: Root;

    constructor(
        workshop: Workshop,
        private readonly checkout: Checkout,
        private readonly options: Options,
    ) {
        this.functions = functionsOf(checkout.texts);
        this.roots = Array.from({ length: options.workers }, (_, at) => new Root(workshop, `worker-${at}`));
        this.maker = new Root(workshop, "maker");
        this.pristine = new Root(workshop, "pristine");
    }

    async run(): Promise<void> {
        const { scripts, seed, situation: part } = this.options;
        const random = chance(seed);
        const entries = this.checkout.entries.filter((script) => !scripts || scripts.includes(script));
        for (const script of scripts ?? [])
            if (!entries.includes(script))
                throw new Error(`there is no script ${script}; there are ${this.checkout.entries.join(", ")}`);
        const all = entries.flatMap((script) => {
            const own = situations.filter((situation) => situation.script === script);
            if (own.length === 0)
                this.fail(script, "-", "no situation is defined for this script; define one in test/cuts/situations");
            return own;
        });
        // Whoever comes first has the most time: another one with each seed.
        const turn = shuffled(all, random).filter(
            ({ name }) => !part || part.split("|").some((one) => name.includes(one)),
        );
        for (const [at, situation] of turn.entries()) {
            const left = this.options.deadline - Date.now();
            if (left < 0) {
                this.leftOut.push(`${situation.script} (${situation.name})`);
                continue;
            }
            process.stderr.write(`${situation.script} (${situation.name})\n`);
            await this.look(situation, Date.now() + Math.max(left / (turn.length - at), 5_000), random);
        }
        // Exceptions are those of this checkout's scripts.
        if (!scripts && !part && this.leftOut.length === 0 && this.checkout.isOwn)
            for (const [script, problem] of unreached(this.checkout.texts, this.ran)) this.fail(script, "-", problem);
    }

    /** Said at once, too: a run that is ended early has told what it saw. */
    private found(finding: Finding): void {
        this.findings.push(finding);
        process.stderr.write(`${findingText(finding)}\n`);
    }

    private fail(script: string, situation: string, problem: string): void {
        this.found({ script, situation, plan: "-", at: "-", problems: [problem] });
    }

    private async look(situation: Situation, deadline: number, random: () => number): Promise<void> {
        let reference: Reference;
        try {
            const start = await this.startOf(situation);
            reference = await refer(situation, start, this.call(situation), this.maker, this.pristine, this.functions);
            // What comes by standard input has no file.
            const own = `${situation.script}:`;
            this.ran.push(...reference.commands.map((line) => line.replace(/^stdin:/, own)));
        } catch (error) {
            this.fail(situation.script, situation.name, error instanceof Error ? error.message : String(error));
            return;
        }
        if (reference.problems.length > 0)
            this.found({
                script: situation.script,
                situation: situation.name,
                plan: "undisturbed",
                at: "-",
                problems: reference.problems,
            });
        const { cut: only, modes } = this.options;
        const cuts = reference.cuts.filter(
            ({ mode, plan, at }) => modes.includes(mode) && (!only || plan === only || at.includes(only)),
        );
        const rows = new Map(
            modes.map((mode): [Mode, Row] => {
                const distinct = reference.cuts.filter((cut) => cut.mode === mode).length;
                return [
                    mode,
                    {
                        script: situation.script,
                        situation: situation.name,
                        mode,
                        cuts: reference.counts[mode],
                        distinct,
                        tried: 0,
                        held: 0,
                    },
                ];
            }),
        );
        this.rows.push(...rows.values());
        const queue = interleaved(
            modes.map((mode) =>
                shuffled(
                    cuts.filter((cut) => cut.mode === mode),
                    random,
                ),
            ),
        );
        const worker = async (root: Root) => {
            while (Date.now() < deadline || this.options.deadline === Infinity) {
                const cut = queue.shift();
                if (!cut) return;
                const problems = await attempt(reference, cut, root).catch((error: unknown) => [String(error)]);
                const row = rows.get(cut.mode);
                if (row) row.tried++;
                if (row && problems.length === 0) row.held++;
                else
                    this.found({
                        script: situation.script,
                        situation: situation.name,
                        plan: cut.plan,
                        at: cut.at,
                        problems,
                    });
            }
        };
        await Promise.all(this.roots.map(worker));
    }

    private call(run: Pick<Situation, "script" | "args" | "inputs" | "packed" | "limitSeconds" | "command">): Call {
        return {
            command: [...(run.command ?? [`/opt/kubeadm-cluster/${run.script}`]), ...(run.args ?? [])],
            stdin: run.packed
                ? this.checkout.packed(run.packed, run.inputs ?? {})
                : this.checkout.encode(run.inputs ?? {}),
            limitSeconds: run.limitSeconds,
        };
    }

    private async startOf(situation: Situation): Promise<Start> {
        const start = await this.state(situation.from);
        if (situation.setup === undefined) return start;
        this.maker.reset(start);
        await this.setUp(situation.setup, situation.name);
        return this.maker.keep(`${situation.script}-${situation.name}`.replaceAll(/[^a-z0-9.]/g, "-"));
    }

    private state(name: string): Promise<Start> {
        const made = this.starts.get(name) ?? this.make(name);
        this.starts.set(name, made);
        return made;
    }

    private async make(name: string): Promise<Start> {
        const state = states[name];
        if (!state) throw new Error(`there is no state "${name}"`);
        const from = state.from === undefined ? { uppers: [] } : await this.state(state.from);
        this.maker.reset(from);
        for (const run of state.run) {
            const { code, stderr } = await this.maker.run(this.call({ ...run, limitSeconds: 900 }));
            if (code !== 0)
                throw new Error(
                    `the state "${name}" cannot be made: ${run.script} fails with code ${code}: ${stderr.trim()}`,
                );
        }
        if (state.setup !== undefined) await this.setUp(state.setup, name);
        return this.maker.keep(name.replaceAll(" ", "-"));
    }

    private async setUp(script: string, name: string): Promise<void> {
        const { code, stderr } = await this.maker.run({
            command: ["/bin/bash", "-pc", `set -e\n${script}`],
            stdin: "",
            limitSeconds: 60,
        });
        if (code !== 0) throw new Error(`"${name}" cannot be set up: ${stderr.trim()}`);
    }
}

/** One of each in turn. */
function interleaved(lists: Cut[][]): Cut[] {
    const longest = Math.max(0, ...lists.map((list) => list.length));
    return Array.from({ length: longest }, (_, at) => lists.flatMap((list) => list[at] ?? [])).flat();
}
