import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { LabError, run } from "../run";

/** Suites that make up a release; third parties name theirs after it too, with other endings. */
const releaseSuites = ["", "-updates", "-security", "-backports", "/updates"];

/** What the machine installs its release from, as apt reads it: name, archive, and a sources.list for the hosts. */
export async function machineSources(etc = "/etc"): Promise<{ codename: string; archive: string; sources: string }> {
    const osRelease = readFileSync(join(etc, "os-release"), "utf8");
    const field = (name: string) => new RegExp(`^${name}="?([\\w-]+)`, "m").exec(osRelease)?.[1];
    const codename = field("VERSION_CODENAME");
    if (!codename) throw new LabError(`${etc}/os-release names no VERSION_CODENAME: the lab needs Debian or Ubuntu.`);
    // Without what the archives say of themselves: their lists may not be downloaded.
    const settings = ["-o", `Dir::Etc=${join(etc, "apt")}`, "-o", "APT::Get::IndexTargets::ReleaseInfo=false"];
    const format = ["--format", "$(REPO_URI) $(RELEASE) $(COMPONENT)", "Identifier: Packages"];
    const targets = await run("apt-get", [...settings, "indextargets", ...format]);
    const own = targets
        .split("\n")
        .map((line) => line.split(" "))
        .filter(([, suite = ""]) => releaseSuites.some((ending) => suite === codename + ending));
    const archive = own.find(([, suite, component]) => suite === codename && component === "main")?.[0];
    if (!archive) {
        throw new LabError(
            `${etc}/apt names no source with the suite ${codename} and the component main: add it, then try again.`,
        );
    }
    // A host has its distribution's key, and no other that the machine may have.
    const key = `/usr/share/keyrings/${field("ID")}-archive-keyring.gpg`;
    const options = existsSync(key) ? `[signed-by=${key}] ` : "";
    const sources = [...new Set(own.map((words) => `deb ${options}${words.join(" ")}\n`))].join("");
    return { codename, archive: archive.replace(/\/$/, ""), sources };
}
