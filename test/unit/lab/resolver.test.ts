import assert from "node:assert/strict";
import { test } from "node:test";
import { hostResolver } from "../../lab/hosts/resolver";

test("the hosts ask the gateway, and nobody else, with the machine's search list and options", () => {
    const machine = "search example\nnameserver 127.0.0.11\nnameserver ::1\noptions ndots:0\n";
    assert.equal(hostResolver("10.77.0.1", machine), "nameserver 10.77.0.1\nsearch example\noptions ndots:0\n");
});
