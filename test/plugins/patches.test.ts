import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { jsonPath } from "../doubles/plugins/kubernetes/json-path";
import { missingProgram, startApiServer, type ApiServer } from "./api-server";
import { Contract, output, summary, type Declaration } from "./contract";
import { configMap, provider } from "./kubernetes-objects";
import { groupThatNeeds } from "../group";

const missing = missingProgram();
const FORCE = { "pulumi.com/patchForce": "true" };

groupThatNeeds(missing && `${missing} is not built yet`, "kubernetes: patches, and what goes with an object", () => {
    let server: ApiServer;
    let contract: Contract;
    let patches: Declaration[];

    const field = async (path: string, expression: string) =>
        jsonPath(expression, (await server.request("GET", path)).body)[0];
    const node = (name: string) => `/api/v1/nodes/${name}`;
    const map = (name: string) => `/api/v1/namespaces/default/configmaps/${name}`;
    const merge = (path: string, body: object) => server.request("PATCH", path, body, "application/merge-patch+json");
    const until = async (holds: () => Promise<boolean>): Promise<void> => {
        const end = Date.now() + 60_000;
        while (!(await holds())) {
            assert.ok(Date.now() < end, "it did not come about within 60 s");
            await new Promise((resolve) => setTimeout(resolve, 100));
        }
    };
    const patch = (name: string): Declaration => ({
        type: "NodePatch",
        name,
        args: { metadata: { name, annotations: { ...FORCE, mine: "" }, labels: { tier: "new" } } },
        options: { provider: "cluster", retainOnDelete: true },
    });

    before(async () => {
        server = await startApiServer();
        contract = await new Contract().init();
        const metadata = { name: "node-1", labels: { tier: "old", other: "theirs" } };
        await server.request("POST", "/api/v1/nodes", { apiVersion: "v1", kind: "Node", metadata });
        patches = [provider(server.kubeconfig), patch("node-1")];
    });
    after(async () => {
        await server?.stop();
        contract?.remove();
    });

    test("a patch leaves its instructions on the object, and a refresh right after it finds nothing", async () => {
        await contract.up(patches);
        assert.deepEqual(await field(node("node-1"), ".metadata.annotations"), { ...FORCE, mine: "" });
        assert.deepEqual(await field(node("node-1"), ".metadata.labels"), { tier: "new", other: "theirs" });
        const args = ["refresh", "--yes", "--skip-preview", "--expect-no-changes"];
        assert.deepEqual(summary(await contract.workspace.ok(args)), { unchanged: 3 });
    });

    test("what others write beside it is no drift; what they change of it is, and the next run takes it back", async () => {
        await merge(node("node-1"), { metadata: { labels: { another: "one" } } });
        const refresh = ["refresh", "--yes", "--skip-preview"];
        assert.deepEqual(summary(await contract.workspace.ok(refresh)), { unchanged: 3 });
        await merge(node("node-1"), { metadata: { labels: { tier: "changed" } } });
        const found = await contract.workspace.ok(refresh);
        assert.equal(summary(found).updated, 1, output(found));
        const result = await contract.up(patches);
        assert.equal(summary(result).updated, 1, output(result));
        assert.equal(await field(node("node-1"), ".metadata.labels.tier"), "new");
    });

    test("a patch of an object that does not exist makes it, with the patch as all of it", async () => {
        await contract.up([...patches, patch("node-2")]);
        assert.deepEqual(await field(node("node-2"), ".metadata.labels"), { tier: "new" });
    });

    test("what an object owns goes before it, unless its annotation says background: then after it", async () => {
        const held = (name: string, annotations: Record<string, string>) =>
            configMap(name, {}, { name, annotations, finalizers: ["example.com/hold"] });
        const background = { "pulumi.com/deletionPropagationPolicy": "background" };
        await contract.up([...patches, held("foreground", {}), held("background", background)]);
        for (const name of ["foreground", "background"]) {
            const uid = await field(map(name), ".metadata.uid");
            const owner = { apiVersion: "v1", kind: "ConfigMap", name, uid, blockOwnerDeletion: true };
            const owned = { metadata: { name: `${name}-owned`, ownerReferences: [owner] } };
            await server.request("POST", "/api/v1/namespaces/default/configmaps", owned);
        }
        const run = contract.tryUp(patches);
        await until(async () => (await server.request("GET", map("foreground-owned"))).status === 404);
        await until(async () => (await field(map("background"), ".metadata.deletionTimestamp")) !== undefined);
        assert.equal((await server.request("GET", map("foreground"))).status, 200);
        assert.equal((await server.request("GET", map("background-owned"))).status, 200);
        for (const name of ["foreground", "background"]) await merge(map(name), { metadata: { finalizers: null } });
        const result = await run;
        assert.equal(result.code, 0, output(result));
        await until(async () => (await server.request("GET", map("background-owned"))).status === 404);
    });
});
