import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { output, SimulatedStack } from "./simulated-stack";

// A cluster whose state an older program has written: tokens of RandomBytes, answers without a mark, inputs without an end.
let stack: SimulatedStack;

interface Text {
    plaintext: string;
}
interface Recorded {
    urn: string;
    type: string;
    id?: string;
    inputs?: Record<string, unknown>;
    outputs?: Record<string, unknown>;
}

/** A value of the export changed, secret or not. */
function edited(value: unknown, edit: (text: string) => string): unknown {
    if (typeof value === "string") return edit(value);
    const secret = value as Text | undefined;
    if (typeof secret?.plaintext !== "string") return value;
    return { ...secret, plaintext: JSON.stringify(edit(JSON.parse(secret.plaintext) as string)) };
}

const EDITS: Record<string, (text: string) => string> = {
    create: (text) => text.replaceAll(/ env STEP_SECONDS=\d+/g, ""),
    update: (text) => text.replaceAll(/ env STEP_SECONDS=\d+/g, ""),
    delete: (text) => text.replaceAll(/ env STEP_SECONDS=\d+/g, ""),
    stdin: (text) => text.replace(/END\n$/, ""),
    stdout: (text) => text.replaceAll(/^kubeadm-cluster> /gm, ""),
};

function older({ urn, type, ...rest }: Recorded): Recorded {
    if (type === "command:remote:Command") {
        for (const side of [rest.inputs ?? {}, rest.outputs ?? {}])
            for (const [key, edit] of Object.entries(EDITS)) if (key in side) side[key] = edited(side[key], edit);
    }
    if (!/::[a-z0-9-]+-token-digits$/.test(urn)) return { ...rest, urn, type };
    const bytes = randomBytes(16);
    const secret = (text: string) => ({ ...(rest.outputs?.result as Text), plaintext: JSON.stringify(text) });
    return {
        ...rest,
        urn,
        type: "random:index/randomBytes:RandomBytes",
        id: bytes.toString("base64"),
        inputs: { length: 16 },
        outputs: { length: 16, base64: secret(bytes.toString("base64")), hex: secret(bytes.toString("hex")) },
    };
}

before(async () => {
    stack = await SimulatedStack.start(1);
    await stack.up();
    const state = await stack.workspace.export(true);
    state.deployment.resources = state.deployment.resources?.map((one) => older(one));
    const text = JSON.stringify(state)
        .replaceAll("random:index/randomPassword:RandomPassword::cluster-worker-1-worker-token-digits", "BYTES")
        .replaceAll("BYTES", "random:index/randomBytes:RandomBytes::cluster-worker-1-worker-token-bytes");
    const file = join(stack.directory, "older.json");
    writeFileSync(file, text, { mode: 0o600 });
    await stack.workspace.ok(["stack", "import", "--file", file]);
});
after(() => stack.close());

test("a preview replaces nothing; the tokens' old resource goes, another one comes", async () => {
    const result = await stack.workspace.preview();
    assert.equal(result.code, 0, output(result));
    assert.doesNotMatch(result.stdout, /replace/);
    assert.match(result.stdout, / cluster-worker-1-worker-token-digits create\b/);
    assert.match(result.stdout, / cluster-worker-1-worker-token-bytes delete\b/);
});

test("the next up runs only what converges or verifies, and no host is reset", async () => {
    const result = await stack.up();
    assert.doesNotMatch(result.stdout, /replace/);
    assert.deepEqual(stack.journal.names, [
        ...["master: admit.sh worker-1 unless-admitted", "master: drain-node.sh worker-1", "master: init.sh verify"],
        ...["master: prepare", "master: read-kubeconfig.sh", "master: reconfigure.sh"],
        ...[
            "master: renew-certificates.sh",
            "master: settle.sh",
            "master: taint.sh master",
            "worker-1: join.sh",
            "worker-1: prepare",
            "worker-1: renew-node.sh worker-1",
        ],
        "worker-1: settle.sh",
    ]);
    const state = JSON.stringify(await stack.workspace.export());
    assert.doesNotMatch(state, /RandomBytes/);
});

test("after that nothing changes", async () => {
    await stack.up(["--expect-no-changes"]);
    assert.deepEqual(stack.dials, {});
});
