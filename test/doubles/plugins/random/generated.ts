import { changes } from "../protocol/difference";
import type { Checked, Failure, Resource } from "../protocol/provider";
import { containsUnknown, revealAll, type Properties } from "../protocol/values";

export interface Generator {
    /** Names of inputs that may be given, `keepers` aside. */
    inputs: string[];
    /** Values of inputs that are not given. */
    defaults: Properties;
    validate(inputs: Properties): Failure[];
    generate(inputs: Properties): { id: string; outputs: Properties };
}

/** A value made once and kept in the state: nothing but a new resource makes another. */
export function generated(generator: Generator): Resource {
    return {
        check({ news }): Promise<Checked> {
            const inputs = { ...generator.defaults, ...news };
            const failures = Object.keys(news)
                .filter((key) => key !== "keepers" && !generator.inputs.includes(key))
                .map((property) => ({ property, reason: "no such input" }));
            if (!containsUnknown(inputs)) failures.push(...generator.validate(revealAll(inputs)));
            return Promise.resolve({ inputs, failures });
        },
        diff({ oldInputs, news }) {
            const all = changes({ ...generator.defaults, ...oldInputs }, news);
            return Promise.resolve({ changes: all.map((change) => ({ ...change, replaces: true })) });
        },
        create({ inputs }) {
            const { id, outputs } = generator.generate(revealAll(inputs));
            return Promise.resolve({ id, outputs: { ...inputs, ...outputs } });
        },
        update: ({ olds }) => Promise.resolve(olds),
        delete: () => Promise.resolve(),
    };
}

/** Checks a whole number within bounds. */
export function wholeNumber(inputs: Properties, property: string, least: number): Failure[] {
    const value = inputs[property];
    if (typeof value === "number" && Number.isInteger(value) && value >= least) return [];
    return [{ property, reason: `must be a whole number of at least ${least}, not ${JSON.stringify(value)}` }];
}
