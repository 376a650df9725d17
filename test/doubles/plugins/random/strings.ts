import { randomInt } from "node:crypto";
import { secret, type Properties } from "../protocol/values";
import { generated, wholeNumber, type Generator } from "./generated";

/** Sets of characters by the input that asks for them; `special` can be given by `overrideSpecial`. */
const CLASSES = {
    upper: { characters: "ABCDEFGHIJKLMNOPQRSTUVWXYZ", minimum: "minUpper" },
    lower: { characters: "abcdefghijklmnopqrstuvwxyz", minimum: "minLower" },
    numeric: { characters: "0123456789", minimum: "minNumeric" },
    special: { characters: "!@#$%&*()-_=+[]{}<>:?", minimum: "minSpecial" },
} as const;

const pick = (characters: string): string => characters.charAt(randomInt(characters.length));

function shuffle(items: string[]): string[] {
    for (let last = items.length - 1; last > 0; last--) {
        const other = randomInt(last + 1);
        [items[last], items[other]] = [items[other] ?? "", items[last] ?? ""];
    }
    return items;
}

function characterClasses(inputs: Properties) {
    return Object.entries(CLASSES).map(([name, { characters, minimum }]) => {
        // `number` is the older name of `numeric`.
        const wanted =
            name === "numeric" ? inputs.numeric !== false && inputs.number !== false : inputs[name] !== false;
        const override = name === "special" && typeof inputs.overrideSpecial === "string" && inputs.overrideSpecial;
        return { characters: override || characters, wanted, least: Number(inputs[minimum] ?? 0) };
    });
}

function draw(inputs: Properties): string {
    const length = Number(inputs.length);
    const classes = characterClasses(inputs);
    const demanded = classes.flatMap(({ characters, least }) => Array.from({ length: least }, () => pick(characters)));
    const alphabet = classes.flatMap(({ characters, wanted }) => (wanted ? [characters] : [])).join("");
    const others = Array.from({ length: length - demanded.length }, () => pick(alphabet));
    return shuffle([...demanded, ...others]).join("");
}

const base: Omit<Generator, "generate"> = {
    inputs: [
        ...["length", "lower", "upper", "number", "numeric", "special", "overrideSpecial"],
        ...Object.values(CLASSES).map(({ minimum }) => minimum),
    ],
    defaults: {},
    validate(inputs) {
        const failures = wholeNumber(inputs, "length", 1);
        const classes = characterClasses(inputs);
        const demanded = classes.reduce((sum, { least }) => sum + least, 0);
        if (demanded > Number(inputs.length)) {
            failures.push({
                property: "length",
                reason: `is less than the ${demanded} characters demanded by minimums`,
            });
        }
        if (!classes.some(({ wanted, least }) => wanted || least > 0)) {
            failures.push({ property: "special", reason: "every set of characters is excluded" });
        }
        return failures;
    },
};

/** All inputs as the state shows them, those not given included. */
const settings = (inputs: Properties): Properties => ({
    lower: inputs.lower ?? true,
    upper: inputs.upper ?? true,
    number: inputs.number ?? true,
    numeric: inputs.numeric ?? true,
    special: inputs.special ?? true,
    minLower: inputs.minLower ?? 0,
    minUpper: inputs.minUpper ?? 0,
    minNumeric: inputs.minNumeric ?? 0,
    minSpecial: inputs.minSpecial ?? 0,
});

/** Its result is its id too, in plain text: for names, never for secrets. */
export const randomString = generated({
    ...base,
    generate(inputs) {
        const result = draw(inputs);
        return { id: result, outputs: { ...settings(inputs), result } };
    },
});

/** Without `bcryptHash`, which nothing here uses. */
export const randomPassword = generated({
    ...base,
    generate(inputs) {
        return { id: "none", outputs: { ...settings(inputs), result: secret(draw(inputs)) } };
    },
});
