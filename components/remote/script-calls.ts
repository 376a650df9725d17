import { type AnswerForm, COMMON_INPUTS, type ScriptDeclaration, type ScriptName, SCRIPTS } from "./scripts";

/** What is declared of a script; undefined where there is none of this name. */
export function declarationOf(script: string): ScriptDeclaration | undefined {
    return Object.hasOwn(SCRIPTS, script) ? SCRIPTS[script as ScriptName] : undefined;
}

/** What a call of a script gives to read; undefined = nothing. */
export function answerForm(script: string, words: readonly string[] = []): AnswerForm | undefined {
    const form = declarationOf(script)?.answer;
    return form?.words && !form.words.test(words.join(" ")) ? undefined : form;
}

/** Which of these names a script cannot do without. */
function requiredOf(script: string): string[] {
    const inputs = Object.entries(declarationOf(script)?.inputs ?? {});
    return inputs.filter(([, kind]) => kind === "required" || kind === "secret").map(([name]) => name);
}

/**
 * What is wrong with a call: its script, its words, its inputs. Empty = nothing.
 * @param scripts those that read the same inputs; the words are the last one's
 */
export function callProblems(scripts: readonly string[], words: string, inputs: Record<string, string>): string[] {
    const absent = scripts.filter((script) => !declarationOf(script));
    if (absent.length > 0) return [`no script ${absent.join(", ")} is declared`];
    const called = scripts.join(" and ");
    const known = new Set([
        ...COMMON_INPUTS,
        ...scripts.flatMap((one) => Object.keys(declarationOf(one)?.inputs ?? {})),
    ]);
    const allowed = declarationOf(scripts.at(-1) ?? "")?.words ?? /^$/;
    const missing = new Set(scripts.flatMap(requiredOf).filter((name) => !(name in inputs)));
    const unknown = Object.keys(inputs).filter((name) => !known.has(name));
    return [
        ...(allowed.test(words) ? [] : [`${called} does not take the words "${words}"`]),
        ...[...missing].map((name) => `${called}: the input ${name} is missing`),
        ...unknown.map((name) => `${called} has no input ${name}`),
    ];
}
