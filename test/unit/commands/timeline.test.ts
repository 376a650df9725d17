import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { engineEvents } from "../../../commands/event-log";
import { criticalPath, runOf, type Step } from "../../../commands/timeline/steps";
import { timelineSvg } from "../../../commands/timeline/svg";

const PROJECT = resolve(__dirname, "..", "..", "..");
const COMMAND = "command:remote:Command";
const BEGAN = 1_795_731_399;

type Event = [second: number, kind: "begin" | "end" | "fail", op: string, name: string, type?: string];
const KIND = { begin: "resourcePreEvent", end: "resOutputsEvent", fail: "resOpFailedEvent" };

/** An event log in the engine's form. */
function log(...events: Event[]): string {
    const lines = events.map(([second, kind, op, name, type = COMMAND]) => {
        const state = { urn: name, type, custom: !type.startsWith("kubeadm-cluster:") || undefined };
        const metadata = {
            ...{ op, type, urn: `urn:pulumi:dev::kubeadm-cluster::${type}::${name}` },
            ...(op === "delete" ? { old: state, new: null } : { old: null, new: state }),
        };
        return { timestamp: BEGAN + second, [KIND[kind]]: { metadata } };
    });
    return [{ timestamp: BEGAN, preludeEvent: {} }, ...lines].map((line) => `${JSON.stringify(line)}\n`).join("");
}
const summary = (second: number, more: object = {}) =>
    `${JSON.stringify({ timestamp: BEGAN + second, summaryEvent: { result: "succeeded", ...more } })}\n`;
const runIn = (text: string) => runOf(engineEvents(text));
const labelled = ({ host, name }: Step) => `${host ?? "cluster"}: ${name}`;

const machines: Event[] = ["w", "w-1", "w-10"].flatMap((name): Event[] => [[2, "begin", "same", `${name}-reset`]]);
const up = log(
    ...machines,
    [3, "begin", "create", "w-prepare"],
    [3, "begin", "create", "w-1-prepare"],
    [3, "begin", "create", "w-10-prepare"],
    [9, "end", "create", "w-10-prepare"],
    [10, "end", "create", "w-1-prepare"],
    [13, "end", "create", "w-prepare"],
    [13, "begin", "create", "w-control-plane-init"],
    [33, "end", "create", "w-control-plane-init"],
    [33, "begin", "create", "network-daemon-set", "kubernetes:apps/v1:DaemonSet"],
    [33, "end", "create", "network-daemon-set", "kubernetes:apps/v1:DaemonSet"],
    [33, "begin", "create", "w-1-join"],
    [40, "end", "create", "w-1-join"],
);

test("a step belongs to the node whose name it begins with, the longest one; without one to the cluster", () => {
    const run = runIn(up + summary(41));
    assert.deepEqual(run.steps.map(labelled), [
        ...["w: prepare", "w-1: prepare", "w-10: prepare", "w: control-plane-init"],
        ...["cluster: network-daemon-set", "w-1: join"],
    ]);
    assert.deepEqual([run.stack, run.seconds, run.result], ["dev", 41, "succeeded"]);
    assert.deepEqual(
        run.steps.map(({ start, end }) => end - start),
        [10, 7, 6, 20, 0, 7],
    );
});

test("the cluster's name is left out where the run has one cluster, and tells two apart", () => {
    const cluster = (name: string): Event[] => [
        [2, "begin", "create", name, "kubeadm-cluster:index:KubeadmCluster"],
        [2, "begin", "same", `${name}-w-reset`],
        [3, "begin", "create", `${name}-w-prepare`],
        [3, "begin", "create", `${name}-network-config`],
    ];
    assert.deepEqual(runIn(log(...cluster("a"))).steps.map(labelled), ["w: prepare", "cluster: network-config"]);
    assert.deepEqual(runIn(log(...cluster("a"), ...cluster("b"))).steps.map(labelled), [
        ...["a-w: prepare", "cluster: a-network-config", "b-w: prepare", "cluster: b-network-config"],
    ]);
});

test("what is not changed is no step; a replacement is two; a failure is one", () => {
    const { steps } = runIn(
        log(
            ...machines,
            [3, "begin", "same", "w-prepare"],
            [3, "end", "same", "w-prepare"],
            [3, "begin", "create-replacement", "w-1-join"],
            [5, "end", "create-replacement", "w-1-join"],
            [5, "begin", "replace", "w-1-join"],
            [5, "end", "replace", "w-1-join"],
            [5, "begin", "delete-replaced", "w-1-join"],
            [6, "end", "delete-replaced", "w-1-join"],
            [6, "begin", "update", "w-settle"],
            [8, "fail", "update", "w-settle"],
            [8, "begin", "delete", "w-10-reset"],
            [8, "end", "delete", "w-10-reset"],
        ) + summary(8, { result: "failed" }),
    );
    assert.deepEqual(
        steps.map((step) => [labelled(step), step.operation, step.outcome, step.end]),
        [
            ["w-1: join", "create", "done", 5],
            ["w-1: join", "delete", "done", 6],
            ["w: settle", "update", "failed", 8],
            ["w-10: reset", "delete", "done", 8],
        ],
    );
});

test("a run that was killed: its last line is half, its open steps are cut off where the log ends", () => {
    const run = runIn(
        log(...machines, [3, "begin", "create", "w-prepare"], [7, "begin", "create", "w-1-prepare"]) + '{"ti',
    );
    assert.equal(run.result, "cut off");
    assert.deepEqual(
        run.steps.map(({ outcome, start, end }) => [outcome, start, end]),
        [
            ["cut off", 3, 7],
            ["cut off", 7, 7],
        ],
    );
});

test("the critical path goes back from the last end, by the end before each begin; within a second by the host", () => {
    assert.deepEqual(criticalPath(runIn(up).steps).map(labelled), [
        ...["w: prepare", "w: control-plane-init", "cluster: network-daemon-set", "w-1: join"],
    ]);
    const tie = runIn(
        log(
            ...machines,
            [1, "begin", "create", "w-1-prepare"],
            [1, "begin", "create", "w-prepare"],
            [4, "end", "create", "w-1-prepare"],
            [4, "end", "create", "w-prepare"],
            [4, "begin", "create", "w-1-join"],
            [9, "end", "create", "w-1-join"],
        ),
    );
    assert.deepEqual(criticalPath(tie.steps).map(labelled), ["w-1: prepare", "w-1: join"]);
});

test("SVG: each step has a bar from its begin to its end, each host its name, the axis its times", () => {
    const text = timelineSvg(runIn(up + summary(40)));
    const bars = [...text.matchAll(/<rect class="step" x="(\d+)" y="\d+" width="(\d+)".*?<title>(\S+):/g)];
    assert.equal(bars.length, 6);
    const width = new Map(bars.map(([, , wide, name]) => [name, Number(wide)]));
    // Twice as long is twice as wide.
    assert.equal(width.get("control-plane-init"), 450);
    assert.equal(width.get("join"), 157);
    for (const word of ["w", "w-1", "w-10", "cluster", "1 under a second", "0:40", "20 s"])
        assert.ok(text.includes(`>${word}</text>`), word);
    assert.match(text, />dev: 6 steps in 40 s, succeeded</);
    assert.equal(text.match(/class="step"[^>]+stroke-width="2"/g)?.length, 3);
    assert.doesNotMatch(text, /NaN|undefined/);
});

test("a failure that took no time has a line with its name, in the colour of failures; names cannot break the picture", () => {
    const text = timelineSvg(
        runIn(log(...machines, [3, "begin", "create", "w-<b>"], [3, "fail", "create", "w-<b>"]) + summary(3)),
    );
    assert.match(text, /&lt;b&gt;<\/text>\n<rect class="step"[^>]+fill="#c0392b"/);
    assert.ok(!text.includes("<b>"));
});

test("the command: reads the stack's log, writes the picture, and says what the end waited for", () => {
    const directory = mkdtempSync(join(tmpdir(), "timeline-"));
    try {
        const [file, out] = [join(directory, "events.log"), join(directory, "timeline.svg")];
        const args = ["--import", "tsx", "commands/timeline/main.ts", "--event-log", file, "--out", out, "--stack"];
        const refused = (stack: string) => {
            const { status, stderr } = spawnSync("node", [...args, stack], { cwd: PROJECT, encoding: "utf8" });
            assert.equal(status, 2);
            return stderr;
        };
        assert.ok(refused("dev").includes(`PULUMI_DEBUG_COMMANDS=true pulumi up --stack dev --event-log ${file}`));
        writeFileSync(file, up + summary(40));
        const said = execFileSync("node", [...args, "dev"], { cwd: PROJECT, encoding: "utf8" });
        assert.match(
            said,
            /first step began at 0:03\. Critical path:\n +0:03 +10 s {2}w: prepare\n +0:13 +20 s {2}w: control-plane-init\n +0:33 +7 s {2}w-1: join\n$/,
        );
        assert.match(readFileSync(out, "utf8"), /^<svg [^]*<\/svg>\n$/);
        assert.match(refused("prod"), /is of the stack dev, not of prod/);
        writeFileSync(file, up + summary(40, { isPreview: true }));
        assert.match(refused("dev"), /events\.log cannot be drawn: it is a preview's/);
        writeFileSync(file, "Updating (dev)\n");
        assert.match(refused("dev"), /line 1 of the event log is not JSON/);
    } finally {
        rmSync(directory, { recursive: true, force: true });
    }
});
