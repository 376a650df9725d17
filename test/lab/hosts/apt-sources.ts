import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { LabError } from "../run";

/** One archive as apt knows it, in the words of deb822. */
export interface AptSource {
    uris: string[];
    suites: string[];
    components: string[];
    signedBy?: string;
}

/** Suites that make up a release; third parties name theirs after it too, with other endings. */
const releaseSuites = ["", "-updates", "-security", "-backports", "/updates"];

/** Reads a `.sources` file. */
export function parseDeb822(text: string): AptSource[] {
    const sources: AptSource[] = [];
    const lines = text
        .split("\n")
        .filter((line) => !line.startsWith("#"))
        .join("\n");
    for (const stanza of lines.split(/\n\s*\n/)) {
        const fields = new Map<string, string>();
        for (const [, name, value] of stanza.replace(/\n[ \t]+/g, " ").matchAll(/^([A-Za-z-]+):[ \t]*(.*)$/gm)) {
            fields.set((name ?? "").toLowerCase(), (value ?? "").trim());
        }
        const words = (name: string) => (fields.get(name) ?? "").split(/\s+/).filter(Boolean);
        if (!words("types").includes("deb") || fields.get("enabled") === "no") continue;
        sources.push({
            uris: words("uris"),
            suites: words("suites"),
            components: words("components"),
            signedBy: fields.get("signed-by"),
        });
    }
    return sources;
}

/** Reads a `sources.list` file. */
export function parseOneLine(text: string): AptSource[] {
    const sources: AptSource[] = [];
    for (const [, options, uri, suite, components] of text.matchAll(
        /^deb[ \t]+(?:\[([^\]]*)\][ \t]+)?(\S+)[ \t]+(\S+)[ \t]+([^#\n]+)/gm,
    )) {
        sources.push({
            uris: [uri ?? ""],
            suites: [suite ?? ""],
            components: (components ?? "").trim().split(/\s+/),
            signedBy: /signed-by=(\S+)/.exec(options ?? "")?.[1],
        });
    }
    return sources;
}

/** The sources of the machine's own distribution release, third parties' left out. */
export function releaseSources(all: AptSource[], codename: string): AptSource[] {
    return all
        .map((source) => ({
            ...source,
            suites: source.suites.filter((suite) => releaseSuites.some((ending) => suite === codename + ending)),
        }))
        .filter((source) => source.suites.length > 0 && source.components.includes("main"));
}

/** The file that gives these sources to a host; keys that only the machine has are left to the host's own defaults. */
export function formatSources(sources: AptSource[]): string {
    return sources
        .map((source) => {
            const lines = [
                "Types: deb",
                `URIs: ${source.uris.join(" ")}`,
                `Suites: ${source.suites.join(" ")}`,
                `Components: ${source.components.join(" ")}`,
            ];
            if (source.signedBy?.match(/^\/usr\/share\/keyrings\/(debian|ubuntu)-archive-keyring\.gpg$/)) {
                lines.push(`Signed-By: ${source.signedBy}`);
            }
            return lines.join("\n") + "\n";
        })
        .join("\n");
}

/** What the machine installs its packages from: release name, its archive, and all of its release's sources. */
export function machineSources(etc = "/etc"): { codename: string; archive: string; sources: AptSource[] } {
    const codename = /^VERSION_CODENAME="?([\w-]+)/m.exec(readFileSync(join(etc, "os-release"), "utf8"))?.[1];
    if (!codename) throw new LabError(`${etc}/os-release names no VERSION_CODENAME: the lab needs Debian or Ubuntu.`);
    const parts = join(etc, "apt/sources.list.d");
    const files = existsSync(parts) ? readdirSync(parts).map((name) => join(parts, name)) : [];
    const list = join(etc, "apt/sources.list");
    if (existsSync(list)) files.unshift(list);
    const all = files.flatMap((file) => {
        if (file.endsWith(".sources")) return parseDeb822(readFileSync(file, "utf8"));
        return file.endsWith(".list") ? parseOneLine(readFileSync(file, "utf8")) : [];
    });
    const sources = releaseSources(all, codename);
    const archive = sources.find((source) => source.suites.includes(codename))?.uris[0];
    if (!archive) {
        throw new LabError(
            `${etc}/apt names no source with the suite ${codename} and the component main: add it, then try again.`,
        );
    }
    return { codename, archive, sources };
}
