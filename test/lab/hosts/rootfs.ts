import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { cacheDir, stateDir } from "../paths";
import { run } from "../run";
import { siteUrl } from "../topology";
import { machineSources } from "./apt-sources";

const script = join(__dirname, "rootfs.sh");
/** What dresses it as another distribution, and the scripts that one calls. */
const rhelScripts = [
    ...["rootfs-rhel.sh", "distribution-packages.sh"].map((name) => join(__dirname, name)),
    ...["rpm-package.sh", "rpm-sign.sh"].map((name) => join(__dirname, "..", "artefacts", name)),
];

/** apt settings that a host needs to reach the same archives in the same way as the machine. */
async function aptSettings(): Promise<string> {
    const all = await run("apt-config", ["dump"]);
    const inherited = all
        .split("\n")
        .filter((line) => /^Acquire::((https?|ftp)::Proxy|Check-Valid-Until|https::Verify)/.test(line));
    return ['Acquire::Languages "none";', ...inherited, ""].join("\n");
}

interface Recipe {
    path: string;
    make: () => Promise<void>;
}

/**
 * The root file system that the hosts start from, in the cache; made by debootstrap when it is not there.
 * Its name holds a hash of everything that goes into it: a changed recipe makes a new one and removes the earlier.
 */
export async function rootfsRecipe(): Promise<Recipe> {
    const { codename, archive, sources } = await machineSources();
    const settings = await aptSettings();
    const hash = createHash("sha256")
        .update([readFileSync(script, "utf8"), codename, archive, sources, settings].join("\0"))
        .digest("hex")
        .slice(0, 12);
    const name = `${codename}-${hash}`;
    const path = cacheDir("rootfs", name);
    const make = async () => {
        if (existsSync(path)) return;
        const folder = cacheDir("rootfs");
        mkdirSync(folder, { recursive: true });
        // Hosts that are up may stand on an earlier one.
        if (!existsSync(stateDir("hosts"))) {
            for (const other of readdirSync(folder)) rmSync(join(folder, other), { recursive: true, force: true });
            rmSync(cacheDir("site", "el9"), { recursive: true, force: true });
        }
        const env = {
            ROOTFS_SUITE: codename,
            ROOTFS_MIRROR: archive,
            ROOTFS_SOURCES: sources,
            ROOTFS_APT_CONF: settings,
        };
        await run(script, [path], { env });
    };
    return { path, make };
}

/**
 * That root file system, dressed as a distribution of the RHEL family, and the distribution's repository on the mirror site,
 * which belongs to it. Both have a hash of the recipe in their names.
 */
export function rhelRecipe(debian: Recipe): Recipe {
    const hash = createHash("sha256")
        .update([debian.path, ...rhelScripts.map((file) => readFileSync(file, "utf8"))].join("\0"))
        .digest("hex")
        .slice(0, 12);
    const path = cacheDir("rootfs", `el9-${hash}`);
    const make = async () => {
        await debian.make();
        if (!existsSync(stateDir("hosts"))) {
            const earlier = readdirSync(cacheDir("rootfs")).filter((name) => name.startsWith("el9-"));
            for (const other of earlier) rmSync(cacheDir("rootfs", other), { recursive: true, force: true });
            rmSync(cacheDir("site", "el9"), { recursive: true, force: true });
        }
        const repository = cacheDir("site", "el9", hash);
        mkdirSync(join(repository, ".."), { recursive: true });
        const env = { REPOSITORY_URL: `${siteUrl}/el9/${hash}` };
        await run(join(__dirname, "rootfs-rhel.sh"), [path, debian.path, repository], { env });
    };
    return { path, make };
}
