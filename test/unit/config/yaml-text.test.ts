import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { parse } from "yaml";
import { yamlText } from "../../../components/config/yaml-text";
import { clusterConfiguration, initConfiguration } from "../../../components/control-plane/kubeadm-config";
import { cluster, nodeOf, raw } from "./cluster";

const WORDS = ["y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf", "none", "never"];
const NUMBERS = [
    "1_000",
    "0b11",
    "0o7",
    "017",
    "0x1f",
    "1e3",
    "1.",
    ".5",
    "-.5",
    "+1",
    "12:30:45",
    "1:30",
    ".inf",
    ".nan",
    "0",
];
const MARKS = [
    "~",
    "=",
    "<<",
    "",
    " ",
    "a ",
    " a",
    "a: b",
    "- a",
    "#a",
    "a #b",
    "&a",
    "*a",
    "!a",
    "%a",
    "@a",
    "`a",
    "|",
    ">",
    "?",
];
const TIMES = ["2026-11-26", "2026-11-26T17:12:47Z", "2001-12-14 21:59:43.10 -5"];
const LINES = [
    "a\nb",
    "a\n",
    "\n",
    "a\tb",
    "a\r\nb",
    "'a'",
    '"a"',
    "\\n",
    "{a}",
    "[a]",
    "a,b",
    "käse",
    "漢字",
    "🦀",
    "\u0085",
    "a\u2028b",
];

/** Texts that a reader might take for something else, and texts made at random from a seed. */
function texts(): string[] {
    const cases = WORDS.flatMap((word) => [word, word.toUpperCase(), `${word[0]?.toUpperCase()}${word.slice(1)}`]);
    const alphabet = "yesnoYESNO01_.:-+eExXbB~#'\"\\ \n\t{}[],&*!|>%@`";
    let seed = 20261126;
    const next = (limit: number) => (seed = (seed * 48271) % 2147483647) % limit;
    const random = Array.from({ length: 3000 }, () =>
        Array.from({ length: 1 + next(6) }, () => alphabet[next(alphabet.length)]).join(""),
    );
    return [...cases, ...NUMBERS, ...MARKS, ...TIMES, ...LINES, ...random];
}

test("what is written is what readers of YAML 1.1 and 1.2 read, as values, keys and entries of lists", () => {
    const all = texts();
    const value = { list: all, keys: Object.fromEntries(all.map((text) => [`k${text}`, text])), bare: {} as object };
    value.bare = Object.fromEntries(all.filter((text) => text !== "__proto__").map((text) => [text, 1]));
    const written = yamlText(value);
    for (const version of ["1.1", "1.2"] as const) assert.deepEqual(parse(written, { version }), value, version);
});

test("so does another reader of YAML 1.1, where there is one", (context) => {
    const program = "import json, sys, yaml; json.dump(yaml.safe_load(sys.stdin.read()), sys.stdout)";
    if (spawnSync("python3", ["-c", "import yaml"]).status !== 0) return context.skip("there is no PyYAML");
    const all = texts();
    const { stdout, stderr } = spawnSync("python3", ["-c", program], { input: yamlText(all), encoding: "utf8" });
    assert.deepEqual(JSON.parse(stdout || "null"), all, stderr);
});

test("a node named no, with a taint yes, is so for kubeadm, too", () => {
    const nodes = raw().nodes.map((node, at) =>
        at ? node : { ...node, name: "no", taints: [{ key: "on", value: "yes", effect: "NoSchedule" }] },
    );
    const kubernetes = { apiServer: { extraArgs: { "max-requests-inflight": "1_000" }, certSANs: ["y"] } };
    const config = cluster({ nodes, kubernetes });
    const first = nodeOf(config, "no");
    const init = parse(initConfiguration(first), { version: "1.1" }) as {
        nodeRegistration: { name: unknown; taints: { key: unknown; value: unknown }[] };
    };
    assert.equal(init.nodeRegistration.name, "no");
    assert.deepEqual(init.nodeRegistration.taints[1], { key: "on", value: "yes", effect: "NoSchedule" });
    const [text = ""] = clusterConfiguration(config, first).split("---\n");
    const whole = parse(text, { version: "1.1" }) as { apiServer: { certSANs: unknown[]; extraArgs: unknown[] } };
    assert.equal(whole.apiServer.certSANs.at(-1), "y");
    assert.ok(JSON.stringify(whole.apiServer.extraArgs).includes('"1_000"'));
});

test("nothing that is the same twice becomes an alias", () => {
    const same = { a: ["b"] };
    assert.doesNotMatch(yamlText([same, same]), /[&*]/);
});

test("nothing else in the program writes YAML", () => {
    const project = join(__dirname, "..", "..", "..");
    // The project's file and a stack's configuration are for Pulumi, whose YAML is this library's.
    const others = ["yaml-text.ts", "project-file.ts"]
        .map((file) => `components/config/${file}`)
        .concat("commands/preview/without-secrets.ts");
    const sources = ["components", "commands", "policy"].flatMap((top) =>
        (readdirSync(join(project, top), { recursive: true }) as string[]).map((file) => `${top}/${file}`),
    );
    const writers = sources.filter(
        (file) =>
            file.endsWith(".ts") &&
            !others.includes(file) &&
            /\byaml\.stringify\b|\bstringify\b[^;]*from "yaml"|new (yaml\.)?Document\(/.test(
                readFileSync(join(project, file), "utf8"),
            ),
    );
    assert.deepEqual(writers, []);
});
