import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { test } from "node:test";

const DIRECTORY = join(resolve(__dirname, "..", "..", ".."), "docs", "decisions");
const files = readdirSync(DIRECTORY)
    .filter((file) => file !== "README.md")
    .sort();
const HEAD = /^# (\d+)\. (.+)\n\n- Status: (.+)\n- Date: (\d{4}-\d{2}-\d{2})\n\n\S/;

/** Number, title, status and date of a decision's file. */
function head(file: string) {
    const [, number, title, status = "", date] =
        HEAD.exec(readFileSync(join(DIRECTORY, file), "utf8")) ?? assert.fail(`${file} has no head`);
    return { file, number: Number(number), title, status, date };
}

test("each decision has its number, a title, a status and a date; no number is left out or taken twice", () => {
    const numbers = files.map((file) => {
        const { number } = head(file);
        assert.match(file, new RegExp(`^${String(number).padStart(4, "0")}-[a-z0-9-]+\\.md$`));
        return number;
    });
    assert.ok(numbers.length > 0);
    assert.deepEqual(
        numbers,
        numbers.map((_, index) => index + 1),
    );
});

test("a status is accepted, with an amendment's date or without, or names the decision that replaced it", () => {
    for (const file of files) {
        const { status } = head(file);
        const [, newer] =
            /^(?:accepted(?:; amended on \d{4}-\d{2}-\d{2})?|superseded by \[\d+\]\((\d{4}-[a-z0-9-]+\.md)\))$/.exec(
                status,
            ) ?? assert.fail(`${file}: ${status}`);
        if (newer !== undefined) assert.ok(existsSync(join(DIRECTORY, newer)), `${file}: ${newer}`);
    }
});

test("the index has a row of each decision, in their order", () => {
    const index = readFileSync(join(DIRECTORY, "README.md"), "utf8");
    const rows = index.split("\n").filter((line) => /^\| \d+ \|/.test(line));
    const wanted = files
        .map(head)
        .map(({ file, number, title, status, date }) => `| ${number} | [${title}](${file}) | ${status} | ${date} |`);
    assert.deepEqual(rows, wanted);
});
