import * as fs from "node:fs";
import * as path from "node:path";
import { argsSources } from "./args-source";
import { stackSchema } from "./json-schema";
import { configReference } from "./reference";

/** Files made of the schema, relative to the project's directory, with what belongs in them. */
export const GENERATED: Record<string, () => string> = {
    "components/config/stack.schema.json": () => `${JSON.stringify(stackSchema(), null, 2)}\n`,
    "docs/configuration.md": configReference,
    ...Object.fromEntries(
        Object.entries(argsSources()).map(([file, text]) => [`components/args/${file}.ts`, () => text]),
    ),
};

// `npm run schema` writes them; a test tells when one is stale.
if (require.main === module) {
    for (const [file, content] of Object.entries(GENERATED)) {
        fs.writeFileSync(path.join(__dirname, "..", "..", file), content());
        process.stdout.write(`${file}\n`);
    }
}
