import { readFileSync } from "node:fs";
import { parse, stringify } from "yaml";

interface StackFile {
    config?: Record<string, unknown>;
}

const isSecret = (value: unknown): boolean => typeof value === "object" && value !== null && "secure" in value;

/** A stack's settings file without what only its own secrets provider can read. */
export function withoutSecrets(text: string): string {
    const { config = {} } = (parse(text) ?? {}) as StackFile;
    const plain = Object.entries(config).filter(([, value]) => !isSecret(value));
    return stringify({ config: Object.fromEntries(plain) }, { lineWidth: 0 });
}

if (require.main === module) process.stdout.write(withoutSecrets(readFileSync(process.argv[2] ?? "", "utf8")));
