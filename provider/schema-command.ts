import { writeFileSync } from "node:fs";
import { deriveSchema } from "./derive-schema";
import { SCHEMA_FILE } from "./schema";

// A part of `npm run schema`; a test tells when the file is stale.
writeFileSync(SCHEMA_FILE, `${JSON.stringify(deriveSchema(), null, 2)}\n`);
process.stdout.write("provider/schema.json\n");
