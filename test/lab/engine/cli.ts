import { join } from "node:path";
import { cacheDir } from "../paths";
import { ensureBuilt, executable, findOnPath } from "./go-program";
import { policyHost } from "./policy-host";
import { run } from "./process";

/** The CLI that is built where there is none, and the last published version of its Node.js language host. */
const CLI = "3.259.0";
const LANGUAGE_HOST = "3.60.0";
/** An installed CLI has to be at least this. */
const OLDEST = [3, 245, 0];

/** Where `pulumi` and its language host are; both in one directory when `built`. */
export interface Cli {
    pulumi: string;
    /** Directories to put in front of PATH. */
    path: string[];
    /** Whether the language host is the old one that is built here, which knows no policy packs. */
    built: boolean;
}

function recentEnough(version: string): boolean {
    const parts = /v?(\d+)\.(\d+)\.(\d+)/.exec(version)?.slice(1).map(Number) ?? [];
    for (const [index, least] of OLDEST.entries()) {
        const part = parts[index] ?? -1;
        if (part !== least) return part > least;
    }
    return true;
}

async function installed(): Promise<Cli | undefined> {
    const pulumi = await findOnPath("pulumi");
    if (pulumi === undefined) return undefined;
    const { code, stdout } = await run(pulumi, ["version"], {
        timeout: 20,
        env: { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" },
    });
    if (code !== 0 || !recentEnough(stdout)) return undefined;
    const beside = join(pulumi, "..", "pulumi-language-nodejs");
    if (await executable(beside)) return { pulumi, path: [join(pulumi, "..")], built: false };
    return (await findOnPath("pulumi-language-nodejs")) === undefined ? undefined : { pulumi, path: [], built: false };
}

/** The installed CLI if it is recent enough and has its language host, else one built into the cache, once. */
export async function findOrBuildCli(): Promise<Cli> {
    const found = await installed();
    if (found !== undefined) return found;
    const directory = cacheDir("engine", CLI);
    const programs = [
        {
            name: "pulumi",
            title: `pulumi ${CLI} (about 4 minutes)`,
            module: "github.com/pulumi/pulumi/pkg/v3",
            version: `v${CLI}`,
            package: "cmd/pulumi",
            ldflags: `-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=${CLI}`,
        },
        {
            name: "pulumi-language-nodejs",
            title: "the Node.js language host",
            module: "github.com/pulumi/pulumi/sdk/v3",
            version: `v${LANGUAGE_HOST}`,
            package: "nodejs/cmd/pulumi-language-nodejs",
        },
    ];
    const lacking =
        `no pulumi ${OLDEST.join(".")} or later with its Node.js language host on PATH, and no Go to build ` +
        "one: install either (Debian: golang-go) and run this again";
    await ensureBuilt(directory, programs, lacking);
    return { pulumi: join(directory, "pulumi"), path: [directory, policyHost], built: true };
}
