import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
    existsSync,
    mkdirSync,
    mkdtempSync,
    readdirSync,
    readFileSync,
    rmSync,
    statSync,
    writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { gunzipSync } from "node:zlib";
import { encodeInputs, HOST_SCRIPT_DIRECTORY, packScripts } from "../../../components/remote";
import { CONTROL_PLANE_SCRIPTS, NODE_SCRIPTS } from "../../../components/hosts/script-directories";
import { bundle } from "./installer-input";

const directory = mkdtempSync(join(tmpdir(), "script-bundle-"));
after(() => rmSync(directory, { recursive: true, force: true }));

/** The installer's standard input for other places than the host's own. */
const aimedAt = (target: string, text: string) => {
    const places = {
        [HOST_SCRIPT_DIRECTORY]: target,
        "/var/lib/kubeadm-cluster/prepared": `${target}.done`,
        "/run/kubeadm-cluster.lock": `${target}.lock`,
    };
    for (const [place, instead] of Object.entries(places)) {
        assert.equal(text.split(`=${place}\n`).length, 2);
        text = text.replace(`=${place}\n`, `=${instead}\n`);
    }
    return text;
};
const install = (stdin: string, args: string[] = []) =>
    spawnSync("bash", ["-s", ...args], { input: stdin, encoding: "utf8", timeout: 20_000 });

const source = join(directory, "source");
mkdirSync(source);
const files = {
    "awkward.sh": "# ' \" \\ $(id) ${x}\n\n\n  EOF\nlib.sh 3\n\tlast\\\n",
    "prepare.sh": "#!/usr/bin/env bash\necho began\ncat\necho end\n",
    "z-after.sh": "#!/bin/sh\n",
};
for (const [name, text] of Object.entries(files)) writeFileSync(join(source, name), text);
writeFileSync(join(source, "notes.txt"), "not for hosts");
const inputs = { NODE_NAME: "worker-1", LINES: "a\n\nb\n", EMPTY: "" };

test("the scripts arrive as they are, for root alone, and prepare.sh gets the inputs and nothing else", () => {
    const target = join(directory, "whole");
    const { stdout, stderr, status } = install(aimedAt(target, bundle(packScripts([[source]]), inputs)));
    assert.equal(status, 0, stderr);
    assert.equal(stdout, `began\n${encodeInputs(inputs)}end\n`);
    assert.deepEqual(readdirSync(target).sort(), Object.keys(files));
    for (const [name, text] of Object.entries(files)) {
        assert.equal(readFileSync(join(target, name), "utf8"), text);
        assert.equal(statSync(join(target, name)).mode & 0o777, 0o700);
    }
    assert.equal(statSync(target).mode & 0o777, 0o700);
});

test("a host that the checks refuse is left without a file; where they pass they have the same inputs as prepare.sh", () => {
    const target = join(directory, "checked");
    const refused = install(aimedAt(target, bundle(packScripts([[source]], "{\ncat >&2\nexit 3\n}\n"), inputs)));
    assert.deepEqual([refused.status, refused.stdout], [3, ""]);
    assert.equal(refused.stderr, encodeInputs(inputs));
    assert.ok(!existsSync(target));
    const passed = install(aimedAt(target, bundle(packScripts([[source]], "{\ncat >&2\nexit 0\n}\n"), inputs)));
    assert.deepEqual([passed.status, passed.stdout], [0, `began\n${encodeInputs(inputs)}end\n`]);
    assert.equal(passed.stderr, encodeInputs(inputs));
});

test("scripts of an earlier version are replaced", () => {
    const target = join(directory, "twice");
    mkdirSync(target);
    writeFileSync(join(target, "prepare.sh"), "exit 9\n");
    assert.equal(install(aimedAt(target, bundle(packScripts([[source]]), inputs))).status, 0);
    assert.equal(readFileSync(join(target, "prepare.sh"), "utf8"), files["prepare.sh"]);
});

test("told to leave what is done as it is, a host that had the very same changes nothing and answers as then", () => {
    const target = join(directory, "done");
    const same = aimedAt(target, bundle(packScripts([[source]]), inputs));
    const other = aimedAt(target, bundle(packScripts([[source]]), { ...inputs, NODE_NAME: "worker-2" }));
    const first = install(same, ["unless-done"]);
    assert.match(first.stdout, /^began\nEMPTY/);
    // What would be put back is the proof of work.
    const work = (text: string, args: string[] = []) => {
        rmSync(join(target, "z-after.sh"), { force: true });
        const { status, stdout, stderr } = install(text, args);
        assert.equal(status, 0, stderr);
        return { stdout, worked: existsSync(join(target, "z-after.sh")) };
    };
    assert.deepEqual(work(same, ["unless-done"]), { stdout: first.stdout, worked: false });
    assert.equal(work(same).worked, true);
    assert.equal(work(other, ["unless-done"]).worked, true);
    assert.equal(work(same, ["unless-done"]).worked, true);
    // One that fails is not done.
    writeFileSync(join(source, "prepare.sh"), "exit 3\n");
    const failing = aimedAt(target, bundle(packScripts([[source]]), inputs));
    writeFileSync(join(source, "prepare.sh"), files["prepare.sh"]);
    assert.equal(install(failing, ["unless-done"]).status, 3);
    assert.equal(install(failing, ["unless-done"]).status, 3);
});

test("a session that breaks leaves no half script; prepare.sh gets no input before all scripts are there", () => {
    const whole = aimedAt(join(directory, "cut"), bundle(packScripts([[source]]), inputs));
    const data = whole.lastIndexOf("\n}\n") + 3;
    for (let length = data; length <= whole.lastIndexOf("EMPTY"); length += 3) {
        const target = join(directory, "cut");
        rmSync(target, { recursive: true, force: true });
        const { stdout } = install(whole.slice(0, length));
        const installed = existsSync(target) ? readdirSync(target).filter((name) => !name.startsWith(".")) : [];
        for (const name of installed) {
            const text = readFileSync(join(target, name), "utf8");
            assert.equal(text, files[name as keyof typeof files], `${name}, cut at ${length - data}`);
        }
        if (stdout !== "" && stdout !== "began\nend\n")
            assert.deepEqual(installed.sort(), Object.keys(files), `cut at ${length - data}`);
    }
});

for (const [node, parts, most] of [
    ["a worker", [NODE_SCRIPTS], 54],
    ["a control plane node", [NODE_SCRIPTS, CONTROL_PLANE_SCRIPTS], 106],
] as const) {
    test(`the bundle of the real scripts of ${node} is whole and small`, () => {
        const packed = packScripts([...parts]);
        const unpacked = `\n${gunzipSync(Buffer.from(packed, "base64")).toString()}`;
        const all = parts.flat().flatMap((directory) => readdirSync(directory));
        const names = all.filter((one) => one.endsWith(".sh"));
        for (const name of names) assert.ok(unpacked.includes(`\n${name} `), name);
        const text = bundle(packed, inputs);
        assert.ok(text.length < most * 1024, `${text.length} characters`);
    });
}

test("the same files are the same bytes, whatever machine packs them", () => {
    const digest = createHash("sha256")
        .update(packScripts([[source]]))
        .digest("hex");
    // With another packer every host of every stack looks changed: then CHANGELOG has to say so.
    assert.equal(digest, "c4de821d9d134d547921d2c4519bfe7e07797bec8881f34caa12cae4560187d9");
});
