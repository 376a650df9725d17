import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { COMPONENTS, FLAG_LIFECYCLES } from "../../components/config/flags/lifecycle";
import { RELEASES_DIRECTORY, type ReleaseData } from "../../components/releases";
import { accepts, flagsByType, helpText, parseHelp, programOf } from "./help";

const USAGE = "usage: npm run flags -- VERSION... [--site DIRECTORY], such as v1.32.0";
/** Where the lab keeps what it builds. */
const CACHE = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "kubeadm-cluster", "site");

/** What the programs of a version say of themselves. */
function releaseData(site: string, version: string): ReleaseData {
    const program = (component: string) => programOf(site, version, component);
    const help = Object.fromEntries(
        COMPONENTS.map((component) => [component, parseHelp(helpText(program(component)))]),
    );
    const words = (pick: (component: (typeof COMPONENTS)[number]) => string[]) =>
        Object.fromEntries(COMPONENTS.map((component) => [component, pick(component).sort().join(" ")]));
    const byComponent = <T>(pick: (component: (typeof COMPONENTS)[number]) => T) =>
        Object.fromEntries(COMPONENTS.map((component) => [component, pick(component)]));
    // A deprecated flag may be taken though no help shows it.
    const hidden = (component: string) => {
        const shown = help[component]?.flags ?? [];
        const rows = FLAG_LIFECYCLES.filter((row) => row.component === component && !shown.includes(row.flag));
        return rows.map((row) => row.flag).filter((flag) => accepts(program(component), flag));
    };
    return {
        version,
        flags: words((component) => help[component]?.flags ?? []),
        hidden: words(hidden),
        gates: words((component) => help[component]?.gates ?? []),
        types: byComponent((component) => flagsByType(help[component]?.types ?? {})),
        choices: byComponent((component) =>
            Object.fromEntries(
                Object.entries(help[component]?.choices ?? {}).map(([flag, all]) => [flag, all.join(" ")]),
            ),
        ),
    };
}

/**
 * `npm run flags -- VERSION... [--site DIRECTORY]`: writes the data beside this file from the programs of each version.
 * The directory is laid out as the publisher's site, VERSION/bin/linux/amd64; default: the lab's cache.
 */
function main(): void {
    const { values, positionals } = parseArgs({ options: { site: { type: "string" } }, allowPositionals: true });
    const site = values.site ?? CACHE;
    if (positionals.length === 0) throw new Error(USAGE);
    for (const version of positionals) {
        if (!/^v1\.\d+\.\d+$/.test(version)) throw new Error(`${version} is no version such as v1.32.0`);
        const missing = COMPONENTS.map((component) => programOf(site, version, component)).find(
            (program) => !existsSync(program),
        );
        if (missing !== undefined)
            throw new Error(
                `there is no ${missing}: build it by npm run lab:artefacts -- ${version.slice(1)}, or name another directory by --site`,
            );
        const file = join(RELEASES_DIRECTORY, `${version.replace(/\.\d+$/, "")}.json`);
        const before = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as ReleaseData).version : "nothing";
        writeFileSync(file, `${JSON.stringify(releaseData(site, version), null, 1)}\n`);
        process.stdout.write(`${file}: ${before} -> ${version}\n`);
    }
}

try {
    main();
} catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exitCode = 1;
}
