import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { before, test } from "node:test";
import * as pulumi from "@pulumi/pulumi";
import { bootstrapToken, certificateKeyOf } from "../../../components/control-plane/bootstrap-token";

const ROOT = resolve(__dirname, "..", "..", "..");
/** What the plug-in is asked for, by the resource's name. */
const asked = new Map<string, { type: string; inputs: Record<string, unknown> }>();
const DIGITS = "abcdefghijklmnopqrstuv";

before(() =>
    pulumi.runtime.setMocks({
        newResource: ({ name, type, inputs }) => {
            asked.set(name, { type, inputs: inputs as Record<string, unknown> });
            return { id: "none", state: { result: DIGITS } };
        },
        call: () => ({}),
    }),
);

const settled = <Value>(output: pulumi.Output<Value>) => new Promise<Value>((resolve) => output.apply(resolve));

test("a token's halves are made of 22 digits and lower-case letters", async () => {
    const { id, secret } = bootstrapToken("one", new pulumi.ComponentResource("test:index:Parent", "parent"));
    assert.deepEqual(await settled(pulumi.all([id, secret])), [DIGITS.slice(0, 6), DIGITS.slice(6)]);
    const { type, inputs } = asked.get("one-digits") ?? {};
    assert.equal(type, "random:index/randomPassword:RandomPassword");
    assert.deepEqual(inputs, { length: 22, upper: false, special: false });
});

test("a certificate key is 64 hex digits", async () => {
    await settled(certificateKeyOf("one", new pulumi.ComponentResource("test:index:Parent", "other")));
    const { type, inputs } = asked.get("one-join-key") ?? {};
    assert.equal(type, "random:index/randomPassword:RandomPassword");
    assert.deepEqual(inputs, { length: 64, upper: false, lower: false, overrideSpecial: "abcdef" });
});

test("no component makes a random value whose id gives it away", () => {
    const components = join(ROOT, "components");
    const texts = readdirSync(components, { recursive: true, encoding: "utf8" })
        .filter((name) => name.endsWith(".ts"))
        .map((name) => [name, readFileSync(join(components, name), "utf8")] as const);
    for (const [name, text] of [...texts, ["index.ts", readFileSync(join(ROOT, "index.ts"), "utf8")] as const]) {
        // A RandomUuid may be seen by anyone: it names the stack and opens nothing.
        for (const [, kind = ""] of text.matchAll(/\brandom\.(Random\w+)/g))
            assert.ok(["RandomPassword", "RandomUuid"].includes(kind), `${name} makes a ${kind}`);
    }
});
