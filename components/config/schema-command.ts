import * as fs from "node:fs";
import * as path from "node:path";
import { argsSources } from "./args-source";
import { stackSchema } from "./json-schema";
import { projectFile } from "./project-file";
import { configReference } from "./reference";

const PROJECT = path.join(__dirname, "..", "..");

/** Files made of the schema, relative to the project's directory, with what belongs in them. */
export const GENERATED: Record<string, () => string> = {
    "components/config/stack.schema.json": () => `${JSON.stringify(stackSchema(), null, 2)}\n`,
    "docs/configuration.md": configReference,
    "Pulumi.yaml": () => projectFile(fs.readFileSync(path.join(PROJECT, "Pulumi.yaml"), "utf8")),
    ...Object.fromEntries(
        Object.entries(argsSources()).map(([file, text]) => [`components/args/${file}.ts`, () => text]),
    ),
};

// `npm run schema` writes them; a test says when one is stale.
if (require.main === module) {
    for (const [file, content] of Object.entries(GENERATED)) {
        fs.writeFileSync(path.join(PROJECT, file), content());
        process.stdout.write(`${file}\n`);
    }
}
