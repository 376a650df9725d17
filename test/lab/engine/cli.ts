import { join } from "node:path";
import * as semver from "semver";
import { cacheDir } from "../paths";
import { ensureBuilt, executable, findOnPath } from "./go-program";
import { withLock } from "./lock";
import { policyHost } from "./policy-host";
import { chooseSource, forcedSource } from "../sources/choose";
import { publishers } from "../sources/publishers";
import { fetchCli, pulumiSite } from "../sources/pulumi";
import { run } from "./process";

/** The CLI that is taken or built where there is none, and the last version of its Node.js language host that is a module. */
const CLI = "3.259.0";
export const pulumiVersion = CLI;
export const LANGUAGE_HOST = "3.60.0";
/** An installed CLI has to be at least this. */
const OLDEST = "3.245.0";

/** Where `pulumi` and its language host are; both in one directory when `built`. */
export interface Cli {
    pulumi: string;
    /** Directories to put in front of PATH. */
    path: string[];
    /** Whether the language host is the old one that is built here, which knows no policy packs. */
    built: boolean;
}

// One that is built from a commit counts as the release that it comes before.
function recentEnough(version: string): boolean {
    const release = semver.coerce(version);
    return release !== null && semver.gte(release, OLDEST);
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

/** What is built of Go modules where nothing is published. */
const BUILT = [
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
const LACKING =
    `no pulumi ${OLDEST} or later with its Node.js language host on PATH, and no Go to build ` +
    "one: install either (Debian: golang-go) and run this again";

const taken = () => cacheDir("engine", `${CLI}-published`);
const ownBuild = () => cacheDir("engine", CLI);

const complete = async (directory: string) =>
    (await executable(join(directory, "pulumi"))) && (await executable(join(directory, "pulumi-language-nodejs")));

/** One that is installed, or in the cache; undefined where there is none of the source that is asked for. */
async function present(): Promise<Cli | undefined> {
    const found = await installed();
    if (found !== undefined) return found;
    const forced = forcedSource();
    const cli = (directory: string) => ({ pulumi: join(directory, "pulumi"), path: [directory] });
    if (forced !== "modules" && (await complete(taken()))) return { ...cli(taken()), built: false };
    if (forced === "publishers" || !(await complete(ownBuild()))) return undefined;
    return { ...cli(ownBuild()), path: [ownBuild(), policyHost], built: true };
}

/** Whether a CLI need not be made first. */
export const cliThere = async (): Promise<boolean> => (await present()) !== undefined;

/** The installed CLI if it is recent enough and has its language host, else one in the cache: its publisher's, or built. */
export async function findOrMakeCli(): Promise<Cli> {
    const make = async () => {
        if (await cliThere()) return;
        const from = publishers(CLI);
        const { source, reason } = await chooseSource([pulumiSite(from, CLI)]);
        process.stderr.write(`engine: source: ${source}, ${reason}\n`);
        if (source === "publishers") await fetchCli(from, CLI, taken());
        else await ensureBuilt(ownBuild(), BUILT, LACKING);
    };
    const waiting = () => process.stderr.write("engine: another process is making it; waiting\n");
    if (!(await cliThere())) await withLock(taken(), make, waiting);
    const found = await present();
    if (found === undefined) throw new Error("pulumi was made, and is not there: run this again");
    return found;
}
