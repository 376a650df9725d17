import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import * as pulumi from "@pulumi/pulumi";
import { answerIn, readAnswer } from "../../../components/remote/answer";
import { answerForm } from "../../../components/remote/script-calls";
import type { AnswerForm } from "../../../components/remote/scripts";
import { scriptPath } from "../hosts/scripts-copy";

const MARK = "kubeadm-cluster> ";
const machine = answerForm("prepare.sh") as AnswerForm;
const ID = "0123456789abcdef0123456789abcdef";

test("the mark is the one that scripts write", () => {
    const { stdout } = spawnSync("bash", ["-c", `. ${scriptPath("inputs.sh")}; answer "${ID} -"`], {
        encoding: "utf8",
    });
    assert.deepEqual(answerIn(stdout, machine), [`${ID} -`]);
});

test("case 46: what else a host says is no answer", () => {
    const greeting = "Welcome to prod!\n\u001b[1mLast login: today\n";
    assert.deepEqual(answerIn(`${greeting}${MARK}${ID} 1-2\nbye`, machine), [`${ID} 1-2`]);
    assert.equal(answerIn(`${greeting}${ID} -`, machine), undefined);
    assert.equal(answerIn(` ${MARK}${ID} -`, machine), undefined);
});

test("an answer has its declared form and number of lines", () => {
    const bad = ["", ID, `${ID} a b`, `${ID.toUpperCase()} -`, `${ID} -\r`, `${ID}  -`, `${ID} ${"x".repeat(65)}`];
    for (const line of bad) assert.equal(answerIn(MARK + line, machine), undefined, JSON.stringify(line));
    assert.equal(answerIn(`${MARK}${ID} -\n${MARK}${ID} -`, machine), undefined);
    const lines = (count: AnswerForm["count"]) =>
        [0, 1, 2].filter((number) => answerIn(`${MARK}a\n`.repeat(number), { line: /^a$/, count }));
    assert.deepEqual([lines("one"), lines("optional"), lines("some"), lines("any")], [[1], [0, 1], [1, 2], [0, 1, 2]]);
});

test("init.sh answers with join alone", () => {
    assert.equal(answerForm("init.sh"), undefined);
    assert.equal(answerForm("init.sh", ["verify"]), undefined);
    const form = answerForm("init.sh", ["join"]) as AnswerForm;
    assert.ok(answerIn(`${MARK}# expires etcd/server 2027-11-23T08:15:00Z`, form));
    assert.equal(answerIn(`${MARK}# expires etcd/server soon`, form), undefined);
    assert.equal(answerForm("no-such.sh"), undefined);
});

test("a bad answer is an error with step, host and what was found, each on a line; a secret is not shown", () => {
    const step = { name: "worker-1-prepare", script: "prepare.sh", host: "10.0.0.11", secret: false };
    const fails = (stdout: string, secret: boolean) => {
        try {
            readAnswer(stdout, machine, { ...step, secret });
        } catch (error) {
            assert.ok(error instanceof pulumi.RunError);
            return error.message;
        }
        return assert.fail("no error");
    };
    // Case 48: a forced command that ends well is a login that ran nothing.
    assert.match(
        fails('Please login as the user "ubuntu" rather than the user "root".\n', false),
        /10\.0\.0\.11 did not run prepare\.sh, and said "Please login as the user[^]*set ssh\.user to ubuntu/,
    );
    const shown = fails("hello\n::error::\u001b[31m", false);
    assert.match(
        shown,
        /^worker-1-prepare: prepare\.sh on 10\.0\.0\.11 .*\n {2}found "hello\\n::error::\\u001b\[31m"\n {2}run pulumi up/,
    );
    assert.match(fails("", false), /found nothing/);
    const hidden = fails(`${MARK}secret`, true);
    assert.doesNotMatch(hidden, /secret/);
    assert.match(hidden, /found 23 characters/);
});
