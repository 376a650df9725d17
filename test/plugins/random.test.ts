import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Contract, summary, type Declaration } from "./contract";

describe("random", () => {
    let contract: Contract;
    let made: Record<string, unknown>;

    before(async () => {
        contract = await new Contract().init();
    });
    after(() => contract.remove());

    const declarations = (length: number, generation: string): Declaration[] => [
        {
            type: "RandomPassword",
            name: "token",
            args: { length: 16, special: false, upper: false },
            exports: ["result"],
        },
        {
            type: "RandomPassword",
            name: "mixed",
            args: { length, minUpper: 2, minLower: 2, minNumeric: 2, minSpecial: 2, overrideSpecial: "_" },
            exports: ["result"],
        },
        {
            type: "RandomString",
            name: "string",
            args: { length: 8, special: false, keepers: { generation } },
            exports: ["result"],
        },
        { type: "RandomBytes", name: "bytes", args: { length: 32 }, exports: ["base64", "hex"] },
        { type: "RandomId", name: "id", args: { byteLength: 4, prefix: "x-" }, exports: ["hex", "b64Url", "dec"] },
    ];

    test("values have the form that was asked for", async () => {
        await contract.up(declarations(8, "1"));
        made = await contract.workspace.outputs();
        assert.match(String(made["token.result"]), /^[a-z0-9]{16}$/);
        const mixed = String(made["mixed.result"]);
        assert.equal(mixed.length, 8);
        for (const set of [/[A-Z]/g, /[a-z]/g, /[0-9]/g, /_/g]) assert.equal(mixed.match(set)?.length, 2, mixed);
        assert.match(String(made["string.result"]), /^[A-Za-z0-9]{8}$/);
        assert.equal(Buffer.from(String(made["bytes.base64"]), "base64").toString("hex"), made["bytes.hex"]);
        assert.match(String(made["id.hex"]), /^x-[0-9a-f]{8}$/);
    });

    test("results of RandomPassword are secret, and its id says nothing", async () => {
        const state = JSON.stringify(await contract.workspace.export());
        for (const key of ["token.result", "mixed.result"]) assert.ok(!state.includes(String(made[key])), key);
        assert.equal((await contract.state()).get("token")?.id, "none");
    });

    test("the ids of all others are their values, in plain text, those of secret outputs too", async () => {
        const state = await contract.state();
        const ids = Object.fromEntries(["string", "bytes", "id"].map((name) => [name, state.get(name)?.id]));
        assert.deepEqual(ids, {
            string: made["string.result"],
            bytes: made["bytes.base64"],
            id: String(made["id.b64Url"]).replace(/^x-/, ""),
        });
    });

    test("values stay until an input changes", async () => {
        const result = await contract.up(declarations(9, "2"));
        assert.deepEqual(summary(result), { replaced: 2, unchanged: 4 });
        const now = await contract.workspace.outputs();
        assert.equal(now["token.result"], made["token.result"]);
        assert.equal(now["bytes.hex"], made["bytes.hex"]);
        assert.notEqual(now["string.result"], made["string.result"]);
        assert.equal(String(now["mixed.result"]).length, 9);
    });
});
