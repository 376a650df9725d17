import * as fs from "node:fs";
import * as path from "node:path";
import { parseArgs } from "node:util";
import { MANIFEST_FILES, releaseAddress } from "../releases/manifest-lock";
import { RELEASES_DIRECTORY } from "../releases";
import { readManifest, sha256 } from "./manifests";

/** Pins the manifests of a Rook release: `lock-command.ts VERSION [--manifests DIRECTORY|ADDRESS]`. */
function main(): void {
    const { values, positionals } = parseArgs({ options: { manifests: { type: "string" } }, allowPositionals: true });
    const [version] = positionals;
    if (positionals.length !== 1 || version === undefined || !/^v\d+\.\d+\.\d+$/.test(version)) {
        throw new Error("usage: npm run storage:lock -- VERSION [--manifests DIRECTORY|ADDRESS], such as v1.16.2");
    }
    const source = values.manifests ?? releaseAddress(version);
    const entry = Object.fromEntries(MANIFEST_FILES.map((file) => [file, sha256(readManifest(source, file))]));
    const file = path.join(RELEASES_DIRECTORY, "manifests.lock.json");
    const lock = JSON.parse(fs.readFileSync(file, "utf8")) as Record<string, unknown>;
    fs.writeFileSync(file, `${JSON.stringify({ ...lock, [version]: entry }, null, 2)}\n`);
    process.stdout.write(`${version} from ${source}:\n${JSON.stringify(entry, null, 2)}\n`);
}

try {
    main();
} catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exitCode = 1;
}
