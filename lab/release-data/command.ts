import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { COMPONENTS, FLAG_LIFECYCLES } from "../../components/config/flags/lifecycle";
import { RELEASES_DIRECTORY, type ReleaseData } from "../../components/config/releases";
import { cacheDir } from "../paths";
import { accepts, helpText, parseHelp } from "./help";

/** Where the lab keeps a version's binaries. */
export function binaryOf(version: string, name: string): string {
    return cacheDir("site", version, "bin", "linux", "amd64", name);
}

/** What the binaries of a version say of themselves. */
function releaseData(version: string): ReleaseData {
    const help = Object.fromEntries(
        COMPONENTS.map((component) => [component, parseHelp(helpText(binaryOf(version, component)))]),
    );
    const words = (pick: (component: (typeof COMPONENTS)[number]) => string[]) =>
        Object.fromEntries(COMPONENTS.map((component) => [component, pick(component).sort().join(" ")]));
    // A deprecated flag may be taken though no help shows it.
    const hidden = (component: string) => {
        const shown = help[component]?.flags ?? [];
        const rows = FLAG_LIFECYCLES.filter((row) => row.component === component && !shown.includes(row.flag));
        return rows.map((row) => row.flag).filter((flag) => accepts(binaryOf(version, component), flag));
    };
    return {
        version,
        flags: words((component) => help[component]?.flags ?? []),
        hidden: words(hidden),
        gates: words((component) => help[component]?.gates ?? []),
    };
}

/** `npm run flags -- VERSION...`: writes components/config/releases from the binaries in the lab's cache. */
function main(): void {
    const { positionals } = parseArgs({ allowPositionals: true });
    if (positionals.length === 0) throw new Error("usage: npm run flags -- VERSION..., such as v1.32.0");
    for (const version of positionals) {
        if (!/^v1\.\d+\.\d+$/.test(version)) throw new Error(`${version} is no version such as v1.32.0`);
        if (!existsSync(binaryOf(version, "kubelet")))
            throw new Error(
                `the lab's cache has no ${version}: build it by npm run lab:hosts -- --kubernetes ${version.slice(1)}`,
            );
        const file = join(RELEASES_DIRECTORY, `${version.replace(/\.\d+$/, "")}.json`);
        const before = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as ReleaseData).version : "nothing";
        writeFileSync(file, `${JSON.stringify(releaseData(version), null, 1)}\n`);
        process.stdout.write(`${file}: ${before} -> ${version}\n`);
    }
}

if (require.main === module) {
    try {
        main();
    } catch (error) {
        process.stderr.write(`${(error as Error).message}\n`);
        process.exitCode = 1;
    }
}
