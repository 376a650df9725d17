import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { describe, test } from "node:test";
import { SCRIPTS } from "../../../components/remote/scripts";

const ROOT = path.resolve(__dirname, "../../..");
const filesBelow = (directory: string, end: string): string[] =>
    readdirSync(path.join(ROOT, directory), { recursive: true, encoding: "utf8" })
        .filter((name) => name.endsWith(end))
        .map((name) => path.join(ROOT, directory, name));

/** Each script's text by its file name, long lines in one. */
const texts = new Map(
    filesBelow("components", ".sh").map((file) => [
        path.basename(file),
        readFileSync(file, "utf8").replaceAll(/\\\n\s*/g, ""),
    ]),
);
const constant = (text: string) =>
    ({
        READY_SECONDS: 300,
        // Without a test of the network.
        "READY_SECONDS + 30 + (networkTest?.seconds ?? 0)": 330,
        CONNECTIVITY_SECONDS: 240,
        "storage.waitSeconds + 60": 660,
        "LIMITS[action]": 900,
    })[text];

/** The shortest time that the program gives each script, by its file name. */
function callers(): Map<string, number> {
    const found = new Map<string, number>();
    for (const file of [...filesBelow("components", ".ts"), ...filesBelow("commands", ".ts")]) {
        const text = readFileSync(file, "utf8");
        for (const [, script = "", given = ""] of text.matchAll(
            /script: [`"]?([\w.${}-]+)[`"]?,[^}]*?timeoutSeconds: ([^,}\n]+)/g,
        )) {
            const seconds = Number(given.trim()) || constant(given.trim());
            assert.ok(seconds, `${file}: ${given} is no number that this test knows`);
            const names = [...text.matchAll(/"([a-z-]+\.sh)"/g)].map(([, name = ""]) => name);
            const called = script.endsWith(".sh") && !script.includes("$") ? [script] : names;
            for (const name of script.includes("etcd-") ? ["etcd-snapshot.sh", "etcd-restore.sh"] : called)
                found.set(name, Math.min(seconds, found.get(name) ?? Infinity));
        }
    }
    found.set("prepare.sh", 1200);
    found.set("precheck.sh", 120);
    return found;
}

/** A script and all that it sources. */
function closure(script: string, seen = new Set<string>()): Set<string> {
    if (seen.has(script) || !texts.has(script)) return seen;
    seen.add(script);
    const text = texts.get(script) ?? "";
    for (const [, name = ""] of text.matchAll(/\. "(?:\$here|\$\{BASH_SOURCE\[0\]%\/\*\})\/([a-z-]+\.sh)"/g))
        closure(name, seen);
    if (text.includes('. "$here/prepare-$part.sh"'))
        for (const name of texts.keys()) if (name.startsWith("prepare-")) closure(name, seen);
    return seen;
}

/** By the step's own time, whichever that is. */
const BY_STEP = /STEP_SECONDS|LIMIT|limit|deadline|until|\$seconds|SECONDS/;

/** Waits of a fixed length in a script: where, and how many seconds. */
function fixedWaits(script: string): { at: string; seconds: number }[] {
    const lines = (texts.get(script) ?? "").split("\n");
    return lines.flatMap((line, index) => {
        const at = `${script}: ${line.trim()}`;
        // attempt gives no more than what is left.
        if (/^\s*#|\b(attempt|must) /.test(line) || BY_STEP.test(line)) return [];
        const [, tries] = /for \(\((?:\w+ = \d+, ?)?tries = 0; tries <=? (\d+)/.exec(line) ?? [];
        if (tries !== undefined) {
            const end = lines.findIndex((one, later) => later > index && /^\s*done/.test(one));
            const loop = lines.slice(index, end).join("\n");
            const [, sleep = "0"] = /\bsleep (\d+(?:\.\d+)?)/.exec(loop) ?? [];
            return BY_STEP.test(loop) ? [] : [{ at, seconds: Number(tries) * Number(sleep) }];
        }
        const given = [...line.matchAll(/--timeout[ =](\d+)s|\btimeout (?:-k \d+ )?(\d+) |flock -w (\d+)/g)];
        return given.map((match) => ({ at, seconds: Number(match.slice(1).find((one) => one !== undefined)) }));
    });
}

// A wait that is longer than its caller's patience never says what it waited for: "exit status 124".
describe("limits", () => {
    const limits = callers();
    const names = Object.keys(SCRIPTS);

    test("each script that the program calls has a limit", () => {
        assert.deepEqual(
            names.filter((name) => !limits.has(name)),
            [],
        );
    });

    for (const name of names)
        test(`${name}: no fixed wait is as long as what its caller gives it`, () => {
            const limit = limits.get(name) ?? 0;
            const waits = [...closure(name)].flatMap(fixedWaits);
            assert.deepEqual(
                waits.filter(({ seconds }) => seconds > limit - 15),
                [],
                `${name} has ${limit} s`,
            );
        });

    test("programs that can take long have the time that is left, or a limit of their own", () => {
        const unbounded = [...texts].flatMap(([name, text]) =>
            text.split("\n").flatMap((line) => {
                if (/^\s*(#|say |die )/.test(line)) return [];
                const code = line.replaceAll(/"[^"]*kubeadm [^"]*"|'# .*/g, '""');
                const long =
                    /(?<![-\w/])kubeadm (init|join|reset|upgrade|certs|config images pull)\b/.test(code) &&
                    !/--dry-run|--print-manifest/.test(code) &&
                    !/\b(attempt|must) /.test(code);
                const endless =
                    /(?<![-\w/])kubectl .*\b(drain|wait|rollout status)\b/.test(code) &&
                    !/--timeout|--wait=false/.test(code) &&
                    !/\b(attempt|must) /.test(code);
                return long || endless ? [`${name}: ${line.trim()}`] : [];
            }),
        );
        assert.deepEqual(unbounded, []);
    });

    test("whoever asks the API server gives up", () => {
        const patient = [...texts].flatMap(([name, text]) =>
            text.split("\n").flatMap((line) => {
                const asks =
                    /(?<![-\w/])kubectl "\$(?:ADMIN|AS_NODE|1|2)"[^|]*? (get|patch|apply|delete|replace|certificate|taint|label|annotate) /.exec(
                        line,
                    );
                if (!asks || /^\s*(#|say |die )/.test(line) || /\b(attempt|must) /.test(line)) return [];
                return /--request-timeout|"\$\{\w+\[@\]\}"|"\$@"/.test(line) ? [] : [`${name}: ${line.trim()}`];
            }),
        );
        assert.deepEqual(patient, []);
    });
});
