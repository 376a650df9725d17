import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { checkStackValues, validateConfig } from "../../../components/config";
import { raw } from "./cluster";

/** What a run takes beside the work itself, on a machine that does other things, too. */
const LIMIT_MS = 3000;

function timed(settings: object): string[] {
    validateConfig(raw());
    const began = performance.now();
    const { problems = [] } = validateConfig({ ...raw(), ...settings });
    const took = performance.now() - began;
    assert.ok(took < LIMIT_MS, `${took} ms`);
    return problems.map(({ path, message }) => `${path}: ${message}`);
}

const many = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, at) => [`wrong-flag-number-${at}`, "1"]));

describe("the time that a wrong configuration takes is bounded, and so is what is said of it", () => {
    test("a flag whose name has 20,000 letters", () => {
        const found = timed({ kubernetes: { apiServer: { extraArgs: { ["a".repeat(20_000)]: "1" } } } });
        assert.equal(found.length, 1);
        assert.ok((found[0]?.length ?? 0) < 500, found[0]);
    });

    test("10,000 wrong flags", () => {
        const found = timed({ kubernetes: { apiServer: { extraArgs: many(10_000) } } });
        assert.equal(found.length, 20);
        assert.match(found.at(-1) ?? "", /; and 9980 more of this kind$/);
    });

    test("10,000 wrong flags of a kubeadm document", () => {
        const extraArgs = Object.entries(many(2_000)).map(([name, value]) => ({ name, value }));
        const found = timed({ kubernetes: { kubeadm: { clusterConfiguration: { scheduler: { extraArgs } } } } });
        assert.equal(found.length, 20);
    });

    test("10,000 unknown keys of a group, and of the stack", () => {
        assert.equal(timed({ kubernetes: many(10_000) }).length, 20);
        const began = performance.now();
        assert.throws(
            () => checkStackValues("kubeadm-cluster", { ...raw(), ...many(10_000) }),
            /9980 more of this kind/,
        );
        assert.ok(performance.now() - began < LIMIT_MS);
    });

    test("10,000 feature gates that there are not", () => {
        const featureGates = Object.fromEntries(Object.keys(many(10_000)).map((name) => [name, true]));
        timed({ kubernetes: { kubelet: { featureGates } } });
    });
});

describe("a kubeadm.yaml that is made to do harm is one problem", () => {
    const levels = Array.from(
        { length: 30 },
        (_, at) => `l${at + 1}: &l${at + 1} [*l${at}, *l${at}, *l${at}, *l${at}]`,
    );
    const head = "apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\n";
    for (const [name, text] of [
        ["aliases of aliases", `${head}l0: &l0 [a, a]\n${levels.join("\n")}`],
        ["an alias of what it is in", `${head}apiServer: &a\n  extraVolumes: *a`],
        ["an alias of nothing", `${head}clusterName: *nothing`],
        ["an alias of another document", `${head}clusterName: &a blue\n---\n${head}clusterName: *a`],
        ["an alias that would do no harm", `${head}clusterName: &a blue\nimageRepository: *a`],
        ["merged keys", `${head}apiServer: &a {timeoutForControlPlane: 1m}\nscheduler:\n  <<: *a`],
        ["a million characters", `${head}clusterName: ${"a".repeat(1_000_000)}`],
        ["brackets", "[".repeat(5_000)],
        ["one tag after the other", `${head}clusterName: ${"!!str ".repeat(1000)}`],
    ] as const) {
        test(name, () => {
            const directory = mkdtempSync(join(tmpdir(), "kubeadm-file-"));
            try {
                const file = join(directory, "kubeadm.yaml");
                writeFileSync(file, text);
                const found = timed({ kubernetes: { kubeadm: { file } } });
                assert.equal(found.length, 1, found.join("\n"));
                assert.match(found[0] ?? "", /^kubernetes\.kubeadm\.file: .* is no YAML that can be read: /);
                assert.ok((found[0]?.length ?? 0) < 1000);
            } finally {
                rmSync(directory, { recursive: true });
            }
        });
    }
});
