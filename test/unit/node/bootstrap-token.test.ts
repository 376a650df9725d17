import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { tokenOf } from "../../../components/node/bootstrap-token";

test("whatever the bytes, the halves are of the form that kubeadm takes", () => {
    const all = [
        "00".repeat(16),
        "ff".repeat(16),
        ...Array.from({ length: 500 }, () => randomBytes(16).toString("hex")),
    ];
    for (const hex of all) {
        const { id, secret } = tokenOf(hex);
        assert.match(`${id}.${secret}`, /^[a-z0-9]{6}\.[a-z0-9]{16}$/, hex);
    }
});

test("the same bytes are the same token, others another", () => {
    const token = { id: "apl4n1", secret: "azs5kkwzrxa98bn3" };
    assert.deepEqual(tokenOf("0123456789abcdef0123456789abcdef"), token);
    assert.notDeepEqual(tokenOf("0123456789abcdef0123456789abcdee"), token);
});
