import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import * as pulumi from "@pulumi/pulumi";
import { encodeInputs } from "../../../components/remote";
import { encodeInputOutputs, type ScriptInputs } from "../../../components/remote/script-inputs";
import { copyScripts } from "../hosts/scripts-copy";

const directory = mkdtempSync(join(tmpdir(), "script-inputs-"));
const scripts = copyScripts(directory);
after(() => rmSync(directory, { recursive: true, force: true }));

const NASTY: Record<string, string> = {
    PLAIN: "one word",
    EMPTY: "",
    NEWLINE: "\n",
    TRAILING: "line\n\n\n",
    LEADING: "\n\n  indented\t\n",
    QUOTES: `it's "quoted" and \`quoted\``,
    EXPANSIONS: "$HOME ${HOME} $(touch /tmp/pwned) `id` $((1+1)) ~ * ? [a] {a,b} !! %s %n",
    BACKSLASHES: "\\ \\n \\\\ \\0 end\\",
    UNICODE: "käse 漢字 🦀 \u00a0",
    CONTROL: "tab\tcarriage\rbell\u0007escape\u001b[31m",
    LIKE_INPUTS: "EMPTY 1\nspoofed\nPLAIN 2\n",
    OPTION: "-n -e --",
    MANY: Array.from({ length: 5000 }, (_, line) => `line ${line} $(${line})`).join("\n"),
};
const NAMES = Object.keys(NASTY).sort();

/** As in the calls of earlier versions. */
const NO_LIMIT = "";

/** What a host script does with its inputs. */
function host(script: string, stdin: string, limit = "600") {
    const text = `set -euo pipefail\n. ${join(scripts, "lib.sh")}\n${script}`;
    const env = { ...process.env, HOSTNAME: "this-host", STEP_SECONDS: limit };
    return spawnSync("bash", ["-c", text, "a-script.sh"], { input: stdin, encoding: "utf8", timeout: 20_000, env });
}

test("every value reaches the host's variables as it is", () => {
    const print = `printf '%s\\0' ${NAMES.map((name) => `"$${name}"`).join(" ")}`;
    const { stdout, stderr, status } = host(`read_inputs ${NAMES.join(" ")}\n${print}`, encodeInputs(NASTY));
    assert.equal(status, 0, stderr);
    const values = stdout.split("\0").slice(0, -1);
    assert.equal(values.length, NAMES.length);
    NAMES.forEach((name, at) => assert.equal(values[at], NASTY[name], name));
});

test("what a script did not ask for stays unset, and nothing is handed to its children", () => {
    const { stdout, status } = host(`read_inputs PLAIN\necho "\${QUOTES-unset}"; env`, encodeInputs(NASTY));
    assert.equal(status, 0);
    assert.match(stdout, /^unset$/m);
    assert.doesNotMatch(stdout, /^(PLAIN|QUOTES)=/m);
});

test("an input that is missing ends the script with its name", () => {
    const { stderr, status } = host("read_inputs PLAIN TOKEN\necho went on", encodeInputs({ PLAIN: "x" }));
    assert.equal(status, 1);
    assert.match(stderr, /a-script\.sh: the input TOKEN is missing on standard input/);
});

test("inputs that break off end the script, wherever they do", () => {
    const whole = encodeInputs({ FIRST: "one\ntwo", SECOND: "three" });
    for (let length = 0; length < whole.length; length++) {
        const { stdout, status } = host("read_inputs FIRST SECOND\necho went on", whole.slice(0, length));
        assert.notEqual(status, 0, JSON.stringify(whole.slice(0, length)));
        assert.equal(stdout, "");
    }
});

test("a state of an earlier version gives a script without inputs nothing, and no limit: that is not cut off", () => {
    const { stdout, stderr, status } = host("read_inputs\necho went on", "", NO_LIMIT);
    assert.deepEqual([status, stdout, stderr], [0, "went on\n", ""]);
});

test("nothing, where this version calls or inputs are wanted, and the start of something, are cut off", () => {
    const started = "STACK_IDENTITY 1\n0123456789abcdef\n";
    for (const [call, stdin, limit] of [
        ["read_inputs", "", "600"],
        ["read_inputs PLAIN", "", NO_LIMIT],
        ["read_inputs", started, NO_LIMIT],
        ["read_inputs", started.slice(0, 3), NO_LIMIT],
    ] as const) {
        const { stdout, stderr, status } = host(`${call}\necho went on`, stdin, limit);
        assert.deepEqual([status, stdout], [1, ""], call + stdin);
        assert.match(stderr, /^this-host: a-script\.sh: .*END; nothing was changed\. Run .*earlier version.*pulumi up/);
    }
});

test("names are in order, and upper-case", () => {
    assert.equal(encodeInputs({ B: "2", A: "1\n1" }), "A 2\n1\n1\nB 1\n2\nEND\n");
    for (const name of ["lower", "A B", "1ST", "A=B", ""])
        assert.throws(() => encodeInputs({ [name]: "" }), /not an upper-case name/);
});

test("one secret among the inputs makes all of them secret; plain text stays what it is", async () => {
    const secretOf = (given: ScriptInputs) => pulumi.isSecret(pulumi.output(encodeInputOutputs(given)));
    assert.equal(await secretOf({ A: "1", B: pulumi.secret("2") }), true);
    assert.equal(await secretOf({ A: "1", B: pulumi.output("2") }), false);
    assert.equal(encodeInputOutputs({ A: "1", B: "2" }), encodeInputs({ A: "1", B: "2" }));
});
