import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { PublishersDouble } from "../../../doubles/publishers";
import { download, publishedSum, sumIn } from "../../../lab/sources/download";

const content = Buffer.concat([Buffer.from("\x7fELF"), randomBytes(39_996)]);
const patience = { connectSeconds: 20, idleSeconds: 20, tries: 2, pauseMilliseconds: 10 };
let site: PublishersDouble;
let url: string;
let sum: string;
let directory: string;
let file: string;

before(async () => {
    site = await PublishersDouble.start();
    url = `${site.publishers.github}/tool/releases/download/v1/tool`;
    sum = site.offer(url, content);
});
after(() => site.close());
beforeEach((context) => {
    site.reset();
    directory = mkdtempSync(join(tmpdir(), "download-"));
    file = join(directory, "tool");
    (context as { after: (work: () => void) => void }).after(() => rmSync(directory, { recursive: true }));
});

const take = (limits = patience) =>
    download({ url, file, sum, origin: "pinned" }, limits).then(
        () => "",
        (error: Error) => error.message,
    );
const ranges = () => site.requests.map((request) => request.split(" ").slice(2).join(" "));

test("a file that has its sum is there, and nothing beside it", async () => {
    assert.equal(await take(), "");
    assert.deepEqual(readFileSync(file), content);
    assert.deepEqual(readdirSync(directory), ["tool"]);
});

test("one with another sum is thrown away", async () => {
    site.fail(/tool$/, "wrong");
    assert.match(
        await take(),
        /\/tool has the SHA-256 [0-9a-f]{64}, its pinned one is [0-9a-f]{64}; nothing of it was kept$/,
    );
    assert.deepEqual(readdirSync(directory), []);
});

test("one that is cut off is taken up where it ended", async () => {
    site.fail(/tool$/, "cut", 1);
    assert.equal(await take(), "");
    assert.deepEqual(ranges(), ["", "from 20000"]);
    assert.deepEqual(readFileSync(file), content);
});

test("one that is cut off again and again is an error; the next run goes on from there", async () => {
    site.fail(/tool$/, "cut", 2);
    assert.match(await take(), /cannot download .*\/tool: .* \(2 tries\); the next run goes on from there$/);
    assert.equal(existsSync(file), false);
    site.reset();
    assert.equal(await take(), "");
    assert.deepEqual(ranges(), ["from 30000"]);
    assert.deepEqual(readFileSync(file), content);
});

test("what was begun of another file is begun again", async () => {
    writeFileSync(`${file}.download`, "of another release");
    assert.equal(await take(), "");
    assert.deepEqual(ranges(), ["from 18", ""]);
    assert.deepEqual(readFileSync(file), content);
});

test("so is one that a site cannot go on with, or that is longer than the site's", async () => {
    writeFileSync(`${file}.download`, content.subarray(0, 1000));
    site.fail(/tool$/, "whole", 1);
    assert.equal(await take(), "");
    writeFileSync(`${file}.download`, Buffer.alloc(50_000));
    assert.equal(await take(), "");
    assert.deepEqual(readFileSync(file), content);
});

test("a web page in a file's place is named as one", async () => {
    site.fail(/tool$/, "page");
    assert.match(await take(), /it is a web page \("Please log in"\): does a proxy or a login page answer/);
    assert.deepEqual(readdirSync(directory), []);
});

for (const [what, begins, page] of [
    ["a page without a type", "<html><title>Log in</title>", /it is a web page \("Log in"\)/],
    ["a page behind a comment", "\n<!-- proxy -->\n<html>", /it is a web page: does a proxy/],
    ["an answer in XML", "<?xml version='1.0'?><Error>AccessDenied</Error>", /it is a web page: does a proxy/],
    ["a program that begins with the same sign", "<\0\x01", undefined],
] as const) {
    test(`${what} is told of alike in a file's place and in that of its sum`, async () => {
        site.offer(url, begins);
        site.offer(`${url}.sha256`, begins);
        const said = [await take(), await publishedSum(`${url}.sha256`, url, patience).catch(String)];
        site.offer(url, content);
        for (const text of said) {
            if (page) assert.match(text, page);
            else assert.doesNotMatch(text, /web page/);
        }
    });
}

test("a site that sends to its store is followed, also where the store cuts the file off", async () => {
    site.redirect(/^\/github\.com.*tool$/, `https://${site.host}/store`);
    site.fail(/^\/store/, "cut", 1);
    assert.equal(await take(), "");
    assert.deepEqual(ranges(), ["", "", "from 20000", "from 20000"]);
    assert.deepEqual(readFileSync(file), content);
});

test("no site sends to plain http, to a login page or in a circle", async () => {
    site.redirect(/tool$/, "http://127.0.0.1:9");
    assert.match(await take(), /cannot download .*\/tool: Protocol "http" (not supported|disabled)/);
    site.reset();
    site.redirect(/^\/github\.com/, `https://${site.host}/login`);
    site.fail(/^\/login/, "page");
    assert.match(await take(), /it is a web page \("Please log in"\)/);
    site.reset();
    site.redirect(/tool$/, `https://${site.host}`);
    assert.match(await take(), /cannot download .*\/tool: Maximum \(50\) redirects followed/);
    assert.deepEqual(readdirSync(directory), []);
});

test("a file that changed between two pieces of it is thrown away, and whole the next time", async () => {
    site.fail(/tool$/, "cut", 1);
    site.fail(/tool$/, "wrong", 1);
    assert.match(await take(), /has the SHA-256 .*; nothing of it was kept$/);
    assert.deepEqual(readdirSync(directory), []);
    assert.equal(await take(), "");
});

for (const fault of ["hang", "stall"] as const) {
    test(
        `a site that answers and then says nothing (${fault}) is not waited for without end`,
        { timeout: 120_000 },
        async () => {
            site.fail(/tool$/, fault);
            assert.match(await take({ ...patience, idleSeconds: 1 }), /cannot download .* \(2 tries\)/);
            assert.equal(existsSync(file), false);
        },
    );
}

test("a site that is busy is asked again, one that has no such file is not", async () => {
    site.fail(/tool$/, "busy", 1);
    assert.equal(await take(), "");
    site.reset();
    site.fail(/tool$/, "absent");
    rmSync(file);
    assert.match(await take(), /cannot download .*\/tool: The requested URL returned error: 404/);
    assert.equal(site.requests.length, 1);
});

test("nothing is asked by plain http", async () => {
    const plain = { url: url.replace("https:", "http:"), file, sum, origin: "pinned" as const };
    await assert.rejects(download(plain, patience), /Protocol "http" (not supported|disabled)/);
});

test("a publisher's sum is read where it stands alone, or in the line of the file's name", async () => {
    const other = "0".repeat(64);
    assert.equal(sumIn(`${sum}\n`, "tool"), sum);
    assert.equal(sumIn(`${other}  else\n${sum} *tool\n`, "tool"), sum);
    assert.equal(sumIn(`${other}  tool.sig\n${sum}  ./tool\n`, "tool"), sum);
    assert.equal(sumIn(`${other}  else\n`, "tool"), undefined);
    site.offer(`${url}.sha256`, sum);
    assert.equal(await publishedSum(`${url}.sha256`, url, patience), sum);
});

test("a file of sums without the file, or a web page in its place, is an error", async () => {
    site.offer(`${url}.sha256`, `${sum}  other\n`);
    await assert.rejects(
        publishedSum(`${url}.sha256`, url, patience),
        /\.sha256 has no SHA-256 of tool: it begins with/,
    );
    site.fail(/sha256$/, "page");
    await assert.rejects(publishedSum(`${url}.sha256`, url, patience), /has no SHA-256 of tool: it is a web page/);
});
