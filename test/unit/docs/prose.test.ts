import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { test } from "node:test";

const PROJECT = resolve(__dirname, "..", "..", "..");
// The reference is made of the schema's descriptions, which stand in cells of a table.
const DOCUMENTS = [
    "README.md",
    "CONTRIBUTING.md",
    ...readdirSync(join(PROJECT, "docs"))
        .filter((file) => file.endsWith(".md") && file !== "configuration.md")
        .map((file) => join("docs", file)),
];
const MOST_WORDS = 25;
/** Words and turns that readers stumble over; each has a plainer one. */
const STUMBLING = /\b(told|of (its|their) own|apart by|nobody's|save for|who looks)\b/i;

/** The sentences of a document: those of paragraphs, entries of lists and cells of tables. Code, or a list of it, counts as one word. */
function sentences(text: string): string[] {
    return text
        .replaceAll(/^ *```[^]*?^ *```$/gm, "\n")
        .replaceAll(/`[^`]+`(?:,\s+`[^`]+`)*/g, "code")
        .replaceAll(/!?\[([^\]]*)\]\([^)]*\)/g, "$1")
        .split(/\n\s*\n|\n(?=\s*(?:[-*|#]|\d+\.) )|(?<!\\)\|/)
        .flatMap((block) => block.replaceAll(/\s+/g, " ").split(/(?<=[.!?])["*)]* /))
        .map((sentence) => sentence.replace(/^[\s\-*#]+|\s+$/g, ""))
        .filter((sentence) => sentence !== "");
}

const faults = (text: string) =>
    sentences(text).filter((sentence) => sentence.split(" ").length > MOST_WORDS || STUMBLING.test(sentence));

for (const document of DOCUMENTS) {
    test(`${document}: sentences of at most ${MOST_WORDS} words, in plain words`, () => {
        assert.deepEqual(faults(readFileSync(join(PROJECT, document), "utf8")), []);
    });
}

test("a long sentence and a stumbling word are found, also in a list or a table; code and short ones pass", () => {
    const long = `${"word ".repeat(MOST_WORDS)}more.`;
    const text = `# Head\n\nShort. It has a directory of its own.\n\n- ${long}\n\n| a | b |\n| --- | --- |\n| x | ${long} |\n`;
    assert.deepEqual(faults(text), ["It has a directory of its own.", long, long]);
    assert.deepEqual(faults(`Run \`${"word ".repeat(30)}\`, then look.\n\n\`\`\`\n${long}\n\`\`\`\n`), []);
});
