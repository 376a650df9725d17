import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { describe, test } from "node:test";
import { callProblems } from "../../../components/remote/script-calls";
import { RUN_BY_OTHERS, SCRIPTS, type ScriptDeclaration } from "../../../components/remote/scripts";

const COMPONENTS = resolve(__dirname, "..", "..", "..", "components");
/** Each entry script of the tree: what has a shebang is run, all else is sourced. */
const entries = readdirSync(COMPONENTS, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".sh"))
    .map((name) => ({ name: basename(name), text: readFileSync(join(COMPONENTS, name), "utf8") }))
    .filter(({ text }) => text.startsWith("#!"))
    .sort((one, other) => one.name.localeCompare(other.name));

/** The inputs of a script by its read_inputs; an optional one has a default before it. */
function readBy(text: string): Record<string, "required" | "optional"> {
    const call = /^read_inputs((?:[ \t]+\w+|[ \t]*\\\n)*)/m.exec(text);
    if (!call) return {};
    const before = text.slice(0, call.index);
    const names = [...(call[1] ?? "").matchAll(/\w+/g)].map(([name]) => name);
    const preset = (name: string) => new RegExp(`^(?:[^#\\n]*[ ;])?${name}=`, "m").test(before);
    return Object.fromEntries(names.map((name) => [name, preset(name) ? "optional" : "required"]));
}

/** A script that only hands its standard input on to another one reads what that one reads. */
function readerOf(text: string): string {
    const next = /^exec "\$here\/([a-z-]+\.sh)"/m.exec(text)?.[1];
    return entries.find(({ name }) => name === next)?.text ?? text;
}

/** The comment at the top of a script. */
const head = (text: string) => text.slice(0, text.search(/^[^#\n]/m));

const declared: Record<string, ScriptDeclaration> = SCRIPTS;

test("each entry script is declared, once, and each declaration has its script", () => {
    const names = [...Object.keys(SCRIPTS), ...Object.keys(RUN_BY_OTHERS)];
    assert.deepEqual(
        entries.map(({ name }) => name),
        names.sort((one, other) => one.localeCompare(other)),
    );
});

for (const { name, text } of entries) {
    const { inputs = {}, words } = declared[name] ?? {};
    describe(name, () => {
        test("reads what is declared, no more and no less, and can do without the same", () => {
            const kinds = Object.entries(inputs).filter(([, kind]) => kind !== "unread");
            const wanted = kinds.map(([input, kind]) => [input, kind.startsWith("optional") ? "optional" : "required"]);
            assert.deepEqual(readBy(readerOf(text)), Object.fromEntries(wanted));
        });

        test("says at its top which of its inputs are secret", () => {
            const secret = Object.entries(inputs).filter(([, kind]) => kind.includes("secret"));
            if (secret.length > 0) assert.match(head(readerOf(text)), /\bsecret\b/i);
        });

        test("takes words where its usage says so", () => {
            const usage = /^# usage: \S+\.sh(.*)$/m.exec(head(text))?.[1] ?? "";
            assert.equal(words !== undefined, name in RUN_BY_OTHERS ? false : /^ [[A-Z]|^ \w+\|/.test(usage), usage);
        });
    });
}

test("the reader of scripts sees what is there", () => {
    const text =
        "#!/usr/bin/env bash\n# ONE=1\nmode=${1:-} TWO=''\nTHREE=''\nread_inputs ONE TWO \\\n    THREE FOUR\nFOUR=''\n";
    assert.deepEqual(readBy(text), { ONE: "required", TWO: "optional", THREE: "optional", FOUR: "required" });
    assert.deepEqual(readBy("read_inputs\nlock\n"), {});
});

test("a call that is not as declared is named: script, words, inputs", () => {
    assert.deepEqual(callProblems(["drain-node.sh"], "worker-1", { KUBERNETES_VERSION: "v1.32.0" }), []);
    const common = { STACK_IDENTITY: "1", ASK_AGAIN: "2" };
    assert.deepEqual(callProblems(["join.sh"], "", { NODE_NAME: "", JOIN_CONFIGURATION: "", ...common }), []);
    assert.deepEqual(callProblems(["no.sh"], "", {}), ["no script no.sh is declared"]);
    assert.deepEqual(callProblems(["toString"], "", {}), ["no script toString is declared"]);
    assert.deepEqual(callProblems(["init.sh"], "again", {}).slice(0, 1), ['init.sh does not take the words "again"']);
    assert.deepEqual(callProblems(["join.sh"], "verify", { JOIN: "" }), [
        'join.sh does not take the words "verify"',
        "join.sh: the input NODE_NAME is missing",
        "join.sh: the input JOIN_CONFIGURATION is missing",
        "join.sh has no input JOIN",
    ]);
    const identity = "11111111-2222-3333-4444-555555555555";
    for (const words of ["-", `- ${identity}`]) {
        for (const script of ["etcd-snapshot.sh", "etcd-restore.sh"])
            assert.deepEqual(callProblems([script], words, {}), []);
    }
    assert.deepEqual(callProblems(["etcd-restore.sh"], "- mine", {}), [
        'etcd-restore.sh does not take the words "- mine"',
    ]);
    // Inputs of either are inputs of both.
    const both = callProblems(["storage-check.sh", "storage-clean.sh"], "", { DEVICES: "", DESTROY_DATA: "" });
    assert.deepEqual(both, ["storage-check.sh and storage-clean.sh: the input DATA_DIR is missing"]);
    assert.deepEqual(callProblems(["remove-node.sh"], "worker-1", { TOKEN_ID: "abcdef", NODE_ADDRESS: "" }), []);
});
