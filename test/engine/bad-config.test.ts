import assert from "node:assert/strict";
import { test } from "node:test";
import { output, SimulatedStack } from "./simulated-stack";

test("a bad configuration: one error with all that is wrong, before anything is planned or dialled", async () => {
    const stack = await SimulatedStack.start(1);
    try {
        stack.node("worker-1").adress = "127.0.0.99";
        stack.settings.netwrok = { addOn: "flannel" };
        stack.configure();
        const result = await stack.workspace.preview();
        assert.notEqual(result.code, 0);
        const shown = output(result);
        assert.match(shown, /error: the configuration has 2 problems; nothing was changed:\n/);
        assert.match(shown, /kubeadm-cluster:netwrok: is not a known key; did you mean network\?/);
        assert.match(shown, /kubeadm-cluster:nodes\[1\]\.adress: is not a known key; did you mean address\?/);
        // No stack trace, no resource.
        assert.doesNotMatch(shown, /^ +at /m);
        assert.doesNotMatch(shown, /remote:Command/);
        assert.deepEqual(stack.dials, {});
    } finally {
        await stack.close();
    }
});
