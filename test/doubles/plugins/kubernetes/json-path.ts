/**
 * Evaluates the part of kubectl's JSONPath that conditions are written in: `{.status.phase}`, `.a['b.c']`, `[0]`, `[-1]`,
 * `[*]` and `[?(@.type=="Ready")]`. Gives all the values that the path leads to.
 */
export function jsonPath(expression: string, root: unknown): unknown[] {
    let rest = expression
        .trim()
        .replace(/^\{([\s\S]*)\}$/, "$1")
        .trim()
        .replace(/^\$/, "");
    if (!/^[.[]/.test(rest)) rest = `.${rest}`;
    let values: unknown[] = [root];
    while (rest !== "") {
        const [taken, step] = nextStep(rest, expression);
        values = values.flatMap(step);
        rest = rest.slice(taken);
    }
    return values.filter((value) => value !== undefined);
}

type Step = (value: unknown) => unknown[];

const field =
    (name: string): Step =>
    (value) =>
        typeof value === "object" && value !== null ? [(value as Record<string, unknown>)[name]] : [];

const items: Step = (value) => (typeof value === "object" && value !== null ? Object.values(value) : []);

function nextStep(rest: string, expression: string): [number, Step] {
    const forms: [RegExp, (match: RegExpExecArray) => Step][] = [
        [/^\.\*|^\[\*\]/, () => items],
        [/^\.((?:[^.[\]\\]|\\.)+)/, ([, name = ""]) => field(name.replace(/\\(.)/g, "$1"))],
        [/^\[(['"])(.*?)\1\]/, ([, , name = ""]) => field(name)],
        [
            /^\[(-?\d+)\]/,
            ([, index]) =>
                (value) =>
                    Array.isArray(value) ? [(value as unknown[]).at(Number(index))] : [],
        ],
        [
            /^\[\?\(\s*@(.*?)\s*(==|!=)\s*(.*?)\s*\)\]/,
            ([, path = "", operator, wanted = ""]) => filter(path, operator === "==", wanted),
        ],
    ];
    for (const [form, step] of forms) {
        const match = form.exec(rest);
        if (match !== null) return [match[0].length, step(match)];
    }
    throw new Error(`cannot read the JSONPath ${expression} at "${rest}"`);
}

function filter(path: string, equal: boolean, wanted: string): Step {
    const literal = wanted.replace(/^(['"])(.*)\1$/, "$2");
    return (value) =>
        items(value).filter((item) => jsonPath(path, item).some((found) => String(found) === literal) === equal);
}
