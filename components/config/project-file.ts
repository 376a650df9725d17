import { stringify } from "yaml";
import { z } from "zod";
import { descriptionOf, fallbackOf } from "./reference";
import { partsOf } from "./schema-walk";
import { clusterConfigSchema } from "./schema";

type Schema = z.core.$ZodType;

const MARK = `# Made by \`npm run schema\` down to the end of the file; do not edit. The engine holds a stack's values to these types.
# Keys without a default are left out, secrets among them: the engine would ask for a value of each.
`;

/** What the engine has when the stack says nothing. Without entries, the program names what is missing, and near keys. */
function fallback(schema: Schema): unknown {
    const text = fallbackOf(schema);
    if (text !== "") return JSON.parse(text) as unknown;
    return partsOf(schema).element ? [] : undefined;
}

/**
 * Pulumi.yaml with the types of the stack's configuration as its last part; what stands above stays.
 * @param text of Pulumi.yaml as it is
 */
export function projectFile(text: string): string {
    const [byHand = ""] = text.split(MARK.slice(0, MARK.indexOf("\n")));
    const declared = Object.entries(clusterConfigSchema.shape).flatMap(([key, schema]) => {
        const standard = fallback(schema);
        if (standard === undefined) return [];
        const type = partsOf(schema).element ? { type: "array", items: { type: "object" } } : { type: "object" };
        return [[key, { ...type, description: descriptionOf(schema), default: standard }] as const];
    });
    const block = stringify({ config: Object.fromEntries(declared) }, { lineWidth: 0 });
    return `${byHand.trimEnd()}\n${MARK}${block}`;
}
