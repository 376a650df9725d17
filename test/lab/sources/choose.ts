import { LabError, outcome } from "../run";
import type { Publishers } from "./publishers";

/** Where the lab takes what it needs from: the publishers' sites, or Go modules and Debian packages that it builds from. */
export type Source = "publishers" | "modules";

export const sources: readonly Source[] = ["publishers", "modules"];

export interface Choice {
    source: Source;
    /** True = what the cache has from the other source does not count. */
    insist: boolean;
    /** Why, as the second half of a sentence. */
    reason: string;
}

/** The source that LAB_SOURCE names; `--source` sets it. */
export function forcedSource(): Source | undefined {
    const value = process.env["LAB_SOURCE"] || undefined;
    const found = sources.find((source) => source === value);
    if (value !== undefined && !found) {
        throw new LabError(`LAB_SOURCE is "${value}"; it can be ${sources.join(" or ")}.`);
    }
    return found;
}

/** A publisher's site and a small answer that shows whether it can be reached. */
export interface Site {
    name: string;
    url: string;
    kind: "sums" | "registry";
}

/** Seconds for a site to answer. */
const patience = 8;

/** The host that answers for a registry. */
const registryHost = (from: Publishers, registry: string) =>
    (from.registries[registry] ?? (registry === "docker.io" ? "registry-1.docker.io" : registry)).split("/")[0] ?? "";

export const registrySite = (from: Publishers, registry: string): Site => ({
    name: registry,
    url: `https://${registryHost(from, registry)}/v2/`,
    kind: "registry",
});

/** What is wrong with a site; undefined where it answers as it should. */
async function problemOf({ name, url, kind }: Site, seconds: number): Promise<string | undefined> {
    const limits = ["--proto", "=https", "--connect-timeout", String(seconds), "--max-time", String(seconds)];
    const format = "\n%{http_code} %{content_type}";
    const { code, stdout, stderr } = await outcome("curl", ["-sSL", ...limits, "-w", format, url]);
    if (code === 28) return `${name} does not answer within ${seconds} s`;
    if (code !== 0) return `${name} does not answer (${stderr.trim().replace(/^curl: \(\d+\) /, "")})`;
    const [, text = "", status = "", type = ""] = /^([^]*)\n(\d+) (.*)$/.exec(stdout) ?? [];
    if (type.startsWith("text/html")) return `${name} answers with a web page, code ${status}`;
    // A registry that wants a token first is one that answers.
    if (kind === "registry") return status === "200" || status === "401" ? undefined : `${name} answers ${status}`;
    if (status !== "200") return `${name} answers ${status} for ${url}`;
    return /^[0-9a-f]{64}\b/m.test(text) ? undefined : `${name} has no SHA-256 in ${url}`;
}

/** What keeps the sites from being used, one after the other; empty where all answer. */
export async function unreachable(sites: Site[], seconds = patience): Promise<string[]> {
    const problems = await Promise.all(sites.map((site) => problemOf(site, seconds)));
    return problems.filter((problem) => problem !== undefined);
}

/** What the sites said; one process asks once. */
let asked: Promise<Choice> | undefined;

async function ask(sites: Site[], seconds?: number): Promise<Choice> {
    const [problem] = await unreachable(sites, seconds);
    if (problem) return { source: "modules", insist: false, reason: `since ${problem}` };
    const names = sites.map(({ name }) => name);
    return { source: "publishers", insist: false, reason: `since ${names.join(", ")} answer` };
}

/**
 * The one decision where things come from. Forced: that, or an error where its sites are away. Otherwise a cache that has
 * everything, whatever it was filled from; then the publishers, where all of their sites answer; then modules.
 * @param complete the sources by which the cache has everything already
 */
export async function chooseSource(sites: Site[], complete: Source[] = [], seconds?: number): Promise<Choice> {
    const forced = forcedSource();
    if (forced === "modules" || (forced && complete.includes(forced))) {
        return { source: forced, insist: true, reason: "as asked for" };
    }
    if (forced) {
        const problems = await unreachable(sites, seconds);
        if (problems.length === 0) return { source: forced, insist: true, reason: "as asked for; their sites answer" };
        throw new LabError(
            `The source is to be the publishers: ${problems.join("; ")}. ` +
                "Look at the network and at https_proxy, or leave the source out: then the lab builds from Go modules.",
        );
    }
    const [there] = complete;
    if (there)
        return { source: there, insist: false, reason: "but nothing is taken, since the cache has everything already" };
    asked ??= ask(sites, seconds);
    return asked;
}

/** Lets the next decision ask the sites again; for tests. */
export const forgetChoice = () => (asked = undefined);
