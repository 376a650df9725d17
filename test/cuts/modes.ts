import { setTimeout } from "node:timers/promises";
import { damaged, differences, holdersOf, lost } from "./compare";
import type { Call, Outcome, Root, Start, Tree } from "./root";
import { secrets, type Situation } from "./situations";

export type Mode = "kill" | "full" | "answers";
export const modes: readonly Mode[] = ["kill", "full", "answers"];

/** One way to disturb a run. */
export interface Cut {
    mode: Mode;
    /** Such as "kill 17", or "kubectl 3 fail". */
    plan: string;
    /** The command at the cut, or the call that is answered otherwise. */
    at: string;
    /** No output is a true answer of this call too. */
    mayBeEmpty?: boolean;
}

/** What an undisturbed run begins with, does, and ends with. */
export interface Reference {
    situation: Situation;
    start: Start;
    call: Call;
    before: Tree;
    end: Tree;
    /** Names whose contents differ between two undisturbed runs. */
    varying: Set<string>;
    /** Files that hold secrets at the end, where they belong. */
    holders: Set<string>;
    /** All cuts that differ from each other, and how many there are with those that do not. */
    cuts: Cut[];
    counts: Record<Mode, number>;
    /** All commands of the run, each as FILE:LINE COMMAND. */
    commands: string[];
    /** What it says last. */
    last: string;
    /** What the undisturbed run itself does not hold. */
    problems: string[];
    /** A root where nothing was run. */
    pristine: Root;
}

// A command that writes nothing itself: a cut before it is one before the next. So is a call of a function, by its first
// command: loops of such, as over the characters of a text, have no cuts of their own.
const PURE =
    /^(\[|\[\[|\(\(|local|readonly|declare|return|case|for|shift|true|:|set|trap|read|mapfile|printf -v|break|continue|exit|sleep|export|umask|shopt|type|\. |[A-Za-z_]+\+?=)/;
const NOWHERE = /(2> ?|&?> ?|>)(\/dev\/null|&[12])/g;
function isPure(command: string, functions: ReadonlySet<string>): boolean {
    const text = command.replace(/^\S+ /, "").replaceAll(NOWHERE, "");
    const [word = ""] = text.split(" ", 1);
    if (/^(\(\(|\[\[)/.test(text)) return true;
    return (PURE.test(text) || functions.has(word)) && !text.includes(">");
}

/**
 * A list can have nothing in it, a field that is asked for without a word before it can be unset, and what is asked for with
 * --ignore-not-found need not be there: a script cannot know better than it is told.
 */
function mayBeEmpty([program = "", ...words]: string[]): boolean {
    if (program === "ctr" || program === "crictl")
        return /^(list|ls|ps|pods|images)$/.test(words.at(-1) ?? "") || words.includes("list");
    if (program !== "kubectl" || !words.includes("get")) return false;
    if (
        words.includes("--ignore-not-found") ||
        words.some((word) => /^(-o=?|--output=)?(jsonpath=\{|go-template|custom-columns)/.test(word))
    )
        return true;
    if (words.some((word) => word.startsWith("--raw"))) return false;
    const named = words
        .slice(words.indexOf("get") + 1)
        .filter(
            (word, at, all) =>
                !word.startsWith("-") &&
                !/^(-n|-o|-l|--(namespace|output|selector|field-selector|request-timeout))$/.test(all[at - 1] ?? ""),
        );
    return named.length < 2 && !named.some((word) => word.includes("/"));
}

/** A script can take an error of a double for an answer: then nothing behind it was tried. */
const notDoubled = ({ beyond }: Outcome): string[] =>
    beyond.map((call) => `a double does not know ${call.slice(0, 200)}; teach it in test/cuts/doubles`);

const secretTexts = Object.values(secrets);

/** curl is told of the proxy by its environment, and of nothing else so. */
const exposed = ({ exposed: lines }: Outcome): string[] =>
    secretTexts
        .filter((secret) =>
            lines.split("\n").some((line) => line.includes(secret) && !/^declare -x \w*(proxy|PROXY)/.test(line)),
        )
        .map((secret) => `"${secret}" is in the arguments or the environment of a program`);

function done(situation: Situation, root: Root): boolean {
    return situation.ifPresent === true && !root.has(`opt/kubeadm-cluster/${situation.script}`);
}

/** Runs the script to its end, twice, and learns what can be cut. */
export async function refer(
    situation: Situation,
    start: Start,
    call: Call,
    root: Root,
    pristine: Root,
    functions: ReadonlySet<string>,
): Promise<Reference> {
    pristine.reset(start, !situation.bare);
    root.reset(start, !situation.bare);
    const before = root.tree();
    const first = await root.run({ ...call, plan: "record" });
    const end = root.tree();
    root.reset(start, !situation.bare);
    // In one second two runs name it alike: what varies would not be seen.
    if (situation.bySecond) await nextSecond();
    await root.run({ ...call, plan: "record" });
    const again = root.tree();
    const untouched = (name: string) => pristine.lookAt(name);
    const differing = differences(again, end, new Set(), untouched);
    const varying = new Set(
        differing
            .filter((line) => line.includes(" has other contents"))
            .map((line) => line.replace(/ has other contents.*/, "")),
    );
    const problems = differing
        .filter((line) => !line.includes(" has other contents"))
        .map((line) => `two undisturbed runs differ: ${line}`);
    const ended = situation.code ?? 0;
    if (first.code !== ended) problems.push(`an undisturbed run fails with code ${first.code}: ${lastLine(first)}`);
    problems.push(...exposed(first), ...notDoubled(first));
    if (first.code !== ended) first.commands.splice(0);
    const kills: Cut[] = [];
    const fills: Cut[] = [];
    first.commands.forEach((command, index) => {
        if (isPure(command, functions) || (situation.own === true && !command.startsWith("stdin:"))) return;
        kills.push({ mode: "kill", plan: `kill ${index + 1}`, at: command });
        fills.push({ mode: "full", plan: `fill ${index + 1}`, at: command });
    });
    const counted = new Map<string, number>();
    const answers = (first.code === ended ? first.asked : []).flatMap((line) => {
        const [family = "", ...words] = line.split(" ");
        const k = (counted.get(family) ?? 0) + 1;
        counted.set(family, k);
        return ["fail", "hang", "empty"].map((kind): Cut => ({
            mode: "answers",
            plan: `${family} ${k} ${kind}`,
            at: words.join(" ").slice(0, 120),
            mayBeEmpty: kind === "empty" && mayBeEmpty(words),
        }));
    });
    const { commands } = first;
    return {
        ...{ situation, start, call, before, end, varying, commands, problems, pristine, last: lastLine(first) },
        holders: new Set([...holdersOf(secretTexts, end), ...holdersOf(secretTexts, before)]),
        cuts: [...kills, ...fills, ...answers],
        counts: { kill: commands.length, full: commands.length, answers: answers.length },
    };
}

/** Where a refusal is the right end, another one says something else. */
const saysTheSame = (outcome: Outcome, { situation, last }: Reference): boolean =>
    (situation.code ?? 0) === 0 || lastLine(outcome) === last;
const lastLine = ({ stderr }: Outcome): string => stderr.trim().split("\n").at(-1)?.slice(0, 500) ?? "";

/** What did not hold after one cut and the run behind it; nothing where all did. */
export async function attempt(reference: Reference, cut: Cut, root: Root): Promise<string[]> {
    const { situation, call, before, end } = reference;
    root.reset(reference.start, !situation.bare);
    const outcome = await root.run({ ...call, ...(cut.mode === "answers" ? { fault: cut.plan } : { plan: cut.plan }) });
    const problems: string[] = [];
    const untouched = (name: string) => reference.pristine.lookAt(name);
    const atEnd = () =>
        differences(root.tree(), end, reference.varying, untouched).filter((line) => !situation.mayStay?.test(line));
    problems.push(...exposed(outcome), ...notDoubled(outcome));
    if (cut.mode !== "kill") {
        const found = root.tree();
        if (outcome.code === (situation.code ?? 0) && !situation.repeats && saysTheSame(outcome, reference)) {
            const left = cut.mayBeEmpty === true ? [] : atEnd();
            if (left.length > 0) problems.push(`it says that it succeeded, and ${some(left)}`);
        } else if (outcome.code !== 0 && outcome.stderr.trim() === "") {
            problems.push(
                outcome.hung
                    ? "it hangs until it is ended from outside, without a word"
                    : `it fails with code ${outcome.code} without a word`,
            );
        }
        const gone = (
            cut.mode === "full"
                ? damaged(found, before, end)
                : lost(found, before, end).map((name) => `${name} is gone`)
        ).filter((line) => !situation.makesAnew?.test(line.replace(/ is [a-z ]+$/, "")));
        problems.push(...gone);
        root.free();
    }
    const ended = done(situation, root);
    if (!ended) {
        if (situation.bySecond) await nextSecond();
        const again = await root.run(call);
        if (again.code !== (situation.code ?? 0))
            problems.push(`run again it fails with code ${again.code}: ${lastLine(again)}`);
    }
    // Nothing runs again after a script that has taken itself away, however little it was told.
    const left = ended && cut.mayBeEmpty === true ? [] : atEnd();
    if (left.length > 0) problems.push(`run again, ${some(left)}`);
    const held = holdersOf(secretTexts, root.tree()).filter((name) => !reference.holders.has(name));
    if (held.length > 0) problems.push(`a secret is left in ${held.join(", ")}`);
    return problems;
}

const nextSecond = () => setTimeout(1_000 - (Date.now() % 1_000));

const some = (lines: string[]): string =>
    lines.slice(0, 3).join("; ") + (lines.length > 3 ? `; and ${lines.length - 3} more` : "");
