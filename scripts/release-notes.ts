import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";

/**
 * The notes of a release: the changelog's section of its version.
 * @param tag such as "v0.2.0"
 * @param version the package's, as package.json has it
 * @throws Error where the tag is not the package's version, or the section is missing, empty or not released yet
 */
export function releaseNotes(changelog: string, tag: string, version: string): string {
    if (tag !== `v${version}`)
        throw new Error(
            `the tag is ${tag}, but package.json has the version ${version}: tag v${version}, or change it`,
        );
    const sections = changelog.split(/^(?=## )/m).slice(1);
    const section = sections.find((text) => /^## (\S+?),? /.exec(text)?.[1] === version);
    if (section === undefined)
        throw new Error(`CHANGELOG.md has no section "## ${version} (Kubernetes ...)": write it before the tag`);
    const [heading = "", ...rest] = section.split("\n");
    if (heading.includes("not released yet"))
        throw new Error(`CHANGELOG.md says "${heading}": take "not released yet" out before the tag`);
    const notes = rest.join("\n").trim();
    if (notes === "") throw new Error(`CHANGELOG.md has nothing below "${heading}": say what is new`);
    return `${heading.slice(3)}\n\n${notes}\n`;
}

if (require.main === module) {
    const read = (file: string) => readFileSync(join(resolve(__dirname, ".."), file), "utf8");
    try {
        const { version } = JSON.parse(read("package.json")) as { version: string };
        process.stdout.write(releaseNotes(read("CHANGELOG.md"), process.argv[2] ?? "", version));
    } catch (error) {
        console.error(`release-notes.ts: ${(error as Error).message}`);
        process.exitCode = 1;
    }
}
