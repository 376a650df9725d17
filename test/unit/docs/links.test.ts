import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { test } from "node:test";

const PROJECT = resolve(__dirname, "..", "..", "..");
const read = (document: string) => readFileSync(join(PROJECT, document), "utf8");
const inFolder = (folder: string) =>
    readdirSync(join(PROJECT, folder), { recursive: true, encoding: "utf8" })
        .filter((file) => file.endsWith(".md"))
        .map((file) => join(folder, file));
const DOCUMENTS = [
    ...readdirSync(PROJECT).filter((file) => file.endsWith(".md")),
    ...inFolder("docs"),
    ...inFolder("examples"),
].sort();

/** A document without its blocks of code, where brackets are no links and # is no heading. */
const prose = (text: string) => text.replaceAll(/^ *```[^]*?^ *```$/gm, "");

/** The targets of a text's links, save those outside of the project. */
function links(text: string): { file: string; anchor?: string }[] {
    const inline = prose(text).replaceAll(/`[^`\n]*`/g, "code");
    return [...inline.matchAll(/\]\(([^)#\s]*)(?:#([^)\s]+))?\)/g)]
        .map(([, file = "", anchor]) => ({ file, anchor }))
        .filter(({ file }) => !/^[a-z]+:/.test(file));
}

/** The anchors of a text's headings, as GitHub makes them. */
function anchors(text: string): string[] {
    return [...prose(text).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = ""]) =>
        heading
            .toLowerCase()
            .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
            .replaceAll(" ", "-"),
    );
}

/** What is wrong with a document's links: no such file, or no such heading in it. */
function brokenLinks(document: string, text: string): string[] {
    return links(text).flatMap(({ file, anchor }) => {
        const target = file === "" ? document : relative(PROJECT, resolve(PROJECT, dirname(document), file));
        if (!existsSync(join(PROJECT, target))) return [file];
        if (anchor === undefined) return [];
        return anchors(file === "" ? text : read(target)).includes(anchor) ? [] : [`${file}#${anchor}`];
    });
}

for (const document of DOCUMENTS) {
    test(`${document} points to files and headings that are there`, () => {
        assert.deepEqual(brokenLinks(document, read(document)), []);
    });
}

test("a link to no file or to no heading is found, also behind code in the link's text", () => {
    const text =
        "# A `b`: c\n[x](#a-b-c) [y](gone.md) [`z`](#gone) [u](docs/storage.md#gone)\n```\n[v](code.md)\n```\n";
    assert.deepEqual(brokenLinks("README.md", text), ["gone.md", "#gone", "docs/storage.md#gone"]);
});

test("each document is reached from README, by one link after the other", () => {
    const reached = new Set(["README.md"]);
    for (const document of reached) {
        for (const { file } of links(read(document))) {
            const target = relative(PROJECT, resolve(PROJECT, dirname(document), file));
            if (DOCUMENTS.includes(target)) reached.add(target);
        }
    }
    assert.deepEqual(
        DOCUMENTS.filter((document) => !reached.has(document)),
        [],
    );
});

test("README is as short as it promises to be, and the Chinese one has the same sections, commands and links", () => {
    const [english, chinese] = [read("README.md"), read("README.zh.md")];
    assert.ok(english.split("\n").length <= 131);
    const shape = (text: string) => ({
        sections: prose(text).match(/^## /gm)?.length,
        commands: [...text.matchAll(/^ *```sh\n([^]*?)^ *```$/gm)].map(([, commands]) => commands),
        links: [...new Set(links(text).map(({ file }) => file.replace("README.zh.md", "README.md")))].sort(),
    });
    assert.deepEqual(shape(chinese), shape(english));
});

test("every npm script that a document names is there", () => {
    const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
    const named = DOCUMENTS.flatMap((document) =>
        [...read(document).matchAll(/npm run ([a-z][a-z0-9:]*)/g)].map(([, script = ""]) => ({ document, script })),
    );
    assert.ok(named.length > 0);
    assert.deepEqual(
        named.filter(({ script }) => !(script in scripts)),
        [],
    );
});

test("architecture says where to change what, in ten rows or more", () => {
    const [, table = ""] = read("docs/architecture.md").split("\n## Where to change what\n");
    assert.ok((table.match(/^\| (?!I want|---)/gm)?.length ?? 0) >= 10);
});
