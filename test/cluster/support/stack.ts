import assert from "node:assert/strict";
import * as lab from "../../lab/api";
import { hostDigest } from "./cluster";

/** `pulumi up` of the lab's stack, which succeeds; gives its seconds. */
export async function up(): Promise<number> {
    const began = Date.now();
    const { code, stdout, stderr } = await lab.labWorkspace().up();
    assert.equal(code, 0, stdout + stderr);
    return (Date.now() - began) / 1000;
}

/** A preview finds nothing to do. */
export async function nothingToChange(workspace = lab.labWorkspace()): Promise<void> {
    const { code, stdout, stderr } = await workspace.preview();
    assert.equal(code, 0, stdout + stderr);
    assert.match(stdout, /Resources:\n\s+\d+ unchanged\n/);
}

/** `pulumi destroy` of the lab's stack, which leaves nothing of a cluster on these hosts. */
export async function destroyLeavesNothing(hosts: string[], workspace = lab.labWorkspace()): Promise<void> {
    const { code, stdout, stderr } = await workspace.destroy();
    assert.equal(code, 0, stdout + stderr);
    for (const host of hosts) {
        const left = (await hostDigest(host)).split("\n").filter((line) => /kube|flannel|etcd|cni/i.test(line));
        assert.deepEqual(left, [], host);
    }
}
