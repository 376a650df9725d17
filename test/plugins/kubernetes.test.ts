import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { jsonPath } from "../doubles/plugins/kubernetes/json-path";
import { missingProgram, startApiServer, type ApiServer } from "./api-server";
import { Contract, output, summary, type Declaration } from "./contract";
import { configMap, deployment, object, provider, widget, widgetDefinition } from "./kubernetes-objects";
import { groupThatNeeds } from "../group";

const UNREACHABLE = JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "dead", cluster: { server: "https://127.0.0.1:1" } }],
    users: [{ name: "nobody", user: {} }],
    contexts: [{ name: "dead", context: { cluster: "dead", user: "nobody" } }],
    "current-context": "dead",
});

describe("kubernetes without a cluster", () => {
    let contract: Contract;
    before(async () => {
        contract = await new Contract().init();
    });
    after(() => contract.remove());

    test("typed resources, custom resources and parsed documents preview with an unreachable or unknown cluster", async () => {
        const result = await contract.preview([
            { type: "local.Command", name: "later", args: { create: "echo" } },
            provider({ $output: "later.stdout" }),
            deployment(1),
            widget("Ready"),
            object("kubernetes:core/v1:ServiceAccount", "account", { namespace: "kube-system" }),
            { ...provider(UNREACHABLE), name: "dead" },
            { ...configMap("plain", {}), options: { provider: "dead" } },
        ]);
        assert.equal(result.code, 0, output(result));
        assert.deepEqual(summary(result), { create: 8 });
    });
});

const serviceAccount = (labels: object): Declaration =>
    object("kubernetes:core/v1:ServiceAccount", "account", {
        namespace: "kube-system",
        labels,
        annotations: { "pulumi.com/patchForce": "true" },
    });

const missing = missingProgram();

/** The life of objects on a real API server, one run after the other on one stack. */
groupThatNeeds(missing && `${missing} is not built yet`, "kubernetes", () => {
    let server: ApiServer;
    let contract: Contract;
    let first: Declaration[];

    /** A field of an object as it is now. */
    const field = async (path: string, expression: string) =>
        jsonPath(expression, (await server.request("GET", path)).body)[0];
    const maps = "/api/v1/namespaces/default/configmaps";
    const account = "/api/v1/namespaces/kube-system/serviceaccounts/account";

    before(async () => {
        server = await startApiServer();
        contract = await new Contract().init();
        const node = { apiVersion: "v1", kind: "Node", metadata: { name: "node-1", labels: { tier: "old" } } };
        await server.request("POST", "/api/v1/nodes", node);
        first = [
            provider(server.kubeconfig),
            configMap("fixed", { value: "1" }, { name: "fixed" }),
            configMap("autonamed", { value: "1" }),
            configMap("gone-behind", { value: "1" }, { name: "gone-behind" }),
            configMap("held", {}, { name: "held", finalizers: ["example.com/hold"] }),
            {
                type: "Secret",
                name: "secret",
                args: { metadata: { name: "secret" }, stringData: { password: "word-that-is-secret" } },
                options: { provider: "cluster" },
            },
            serviceAccount({ a: "1" }),
            deployment(0),
            widgetDefinition,
            widget("Ready"),
        ];
    });
    after(async () => {
        await server?.stop();
        contract?.remove();
    });

    /** The same resources with some of them declared otherwise. */
    const changed = (...others: Declaration[]) => [
        ...first.map((declaration) => others.find(({ name }) => name === declaration.name) ?? declaration),
        ...others.filter(({ name }) => !first.some((declaration) => declaration.name === name)),
    ];

    test("creates objects of any kind, those of a kind that was defined in the same run too", async () => {
        await contract.up(first);
        assert.equal(await field(`${maps}/fixed`, ".data.value"), "1");
        const names = jsonPath(".items[*].metadata.name", (await server.request("GET", maps)).body);
        assert.ok(names.some((name) => /^autonamed-\w+$/.test(String(name))));
        assert.equal(await field("/apis/example.com/v1/namespaces/default/widgets/widget", ".spec.phase"), "Ready");
        assert.equal(await field(account, ".metadata.labels.a"), "1");
    });

    test("what is in a Secret is encrypted in the state", async () => {
        const state = JSON.stringify(await contract.workspace.export());
        assert.ok(!state.includes("word-that-is-secret"));
        assert.ok(!state.includes(Buffer.from("word-that-is-secret").toString("base64")));
    });

    test("a second run changes nothing, whatever the server has filled in", async () => {
        assert.deepEqual(summary(await contract.up(first)), { unchanged: 11 });
    });

    test("a kubeconfig that changes updates the provider alone; data of a ConfigMap replaces it; others update", async () => {
        const kubeconfig = JSON.stringify({ ...(JSON.parse(server.kubeconfig) as object), preferences: {} });
        const uid = () => field(`${maps}/fixed`, ".metadata.uid");
        const before = await uid();
        first = changed(
            provider(kubeconfig),
            configMap("fixed", { value: "2" }, { name: "fixed" }),
            configMap("autonamed", { value: "2" }),
            serviceAccount({ b: "2" }),
            deployment(0, "other-image"),
        );
        const result = await contract.up(first);
        assert.deepEqual(summary(result), { updated: 3, replaced: 2, unchanged: 6 });
        assert.notEqual(await uid(), before);
        assert.equal(await field(`${maps}/fixed`, ".data.value"), "2");
        const labels = await field(account, ".metadata.labels");
        assert.deepEqual(labels, { b: "2" }, "a field that is not declared any more is removed");
        const said = output(result);
        assert.ok(
            said.indexOf("ConfigMap fixed deleted original") < said.indexOf("ConfigMap fixed created replacement"),
        );
        assert.ok(
            said.indexOf("ConfigMap autonamed created replacement") <
                said.indexOf("ConfigMap autonamed deleted original"),
        );
    });

    test("an object that exists already is an error; so are fields of another manager without patchForce", async () => {
        const patch = (annotations: Record<string, string>): Declaration => ({
            type: "NodePatch",
            name: "patch",
            args: { metadata: { name: "node-1", annotations, labels: { tier: "new", mine: "yes" } } },
            options: { provider: "cluster" },
        });
        const taken = configMap("taken", {}, { name: "fixed" });
        const result = await contract.tryUp(changed(taken, patch({})), ["--continue-on-error"]);
        assert.notEqual(result.code, 0);
        assert.match(output(result), /already exists/);
        assert.match(output(result), /conflict/i);

        first = changed(patch({ "pulumi.com/patchForce": "true" }));
        await contract.up(first);
        assert.deepEqual(await field("/api/v1/nodes/node-1", ".metadata.labels"), { tier: "new", mine: "yes" });
    });

    test("Deployments, DaemonSets and pulumi.com/waitFor are waited for; what is not ready stays in the state", async () => {
        const soon = { customTimeouts: { create: "3s", update: "3s" }, provider: "cluster" };
        const daemon = {
            metadata: { labels: { app: "daemon" } },
            // The node is not ready, and never will be: there is no kubelet.
            spec: { containers: [{ name: "main", image: "image" }], tolerations: [{ operator: "Exists" }] },
        };
        const unready = [
            { ...deployment(1), options: soon },
            {
                ...object(
                    "kubernetes:apps/v1:DaemonSet",
                    "daemon",
                    {},
                    {
                        spec: { selector: { matchLabels: { app: "daemon" } }, template: daemon },
                    },
                ),
                options: soon,
            },
            configMap(
                "awaited",
                {},
                { name: "awaited", annotations: { "pulumi.com/waitFor": "jsonpath={.data.state}=done" } },
            ),
        ];
        const run = contract.tryUp(changed(...unready), ["--continue-on-error"]);
        // The condition comes true by another's hand while it is waited for.
        const finish = async (): Promise<void> => {
            const body = { data: { state: "done" } };
            const { status } = await server.request("PATCH", `${maps}/awaited`, body, "application/merge-patch+json");
            if (status === 404) await new Promise((resolve) => setTimeout(resolve, 300)).then(finish);
        };
        await finish();
        const result = await run;
        assert.notEqual(result.code, 0);
        assert.match(output(result), /Deployment deployment \*\*updating failed/);
        assert.match(output(result), /DaemonSet daemon \*\*creating failed/);
        assert.match(output(result), /ConfigMap awaited created/);
        assert.ok((await contract.state()).has("daemon"));
    });

    test("a removed patch gives its fields back; an object that became ready is as any other", async () => {
        first = first.filter(({ name }) => name !== "patch");
        const result = await contract.up(first);
        assert.equal(summary(result).deleted, 3, output(result));
        assert.equal(await field("/api/v1/nodes/node-1", ".metadata.labels"), undefined);
    });

    test("refresh sees what others have deleted or changed, and the next run repairs it", async () => {
        await server.request("DELETE", `${maps}/gone-behind`);
        const body = { metadata: { labels: { b: "changed" } } };
        await server.request("PATCH", account, body, "application/merge-patch+json");
        const result = await contract.up(first, ["--refresh"]);
        assert.deepEqual(summary(result), { created: 1, updated: 1, unchanged: 9 }, output(result));
        assert.equal(await field(`${maps}/gone-behind`, ".data.value"), "1");
        assert.deepEqual(await field(account, ".metadata.labels"), { b: "2" });
    });

    test("another clusterIdentifier is another cluster; without one, so is a kubeconfig that is not known yet", async () => {
        const other = await contract.preview(changed(provider(server.kubeconfig, "other")));
        assert.match(output(other), /10 to replace/);
    });

    test("unreachable: a destroy fails unless PULUMI_K8S_DELETE_UNREACHABLE is set, save for `deletedWith`", async () => {
        const dying = await new Contract().init();
        try {
            const objects = [
                configMap("lost", {}, { name: "lost" }),
                {
                    ...configMap("part", {}, { name: "part" }),
                    options: { provider: "cluster", deletedWith: "cluster" },
                },
            ];
            await dying.up([provider(server.kubeconfig), ...objects]);
            await dying.up([provider(UNREACHABLE), ...objects]);
            const failed = await dying.workspace.destroy(["--continue-on-error"]);
            assert.notEqual(failed.code, 0);
            assert.match(output(failed), /ConfigMap lost \*\*deleting failed[^]*unreachable/);
            assert.doesNotMatch(output(failed), /ConfigMap part .*failed/);
            const gone = await dying.workspace.destroy([], { env: { PULUMI_K8S_DELETE_UNREACHABLE: "true" } });
            assert.equal(gone.code, 0, output(gone));
        } finally {
            dying.remove();
        }
    });

    test("a destroy waits for finalizers", async () => {
        const run = contract.workspace.destroy();
        const held = async (): Promise<void> => {
            if ((await field(`${maps}/held`, ".metadata.deletionTimestamp")) === undefined) {
                await new Promise((resolve) => setTimeout(resolve, 200)).then(held);
            }
        };
        await held();
        await new Promise((resolve) => setTimeout(resolve, 1000));
        assert.ok((await contract.state()).has("held"), "still there while its finalizer is");
        await server.request(
            "PATCH",
            `${maps}/held`,
            { metadata: { finalizers: null } },
            "application/merge-patch+json",
        );
        const result = await run;
        assert.equal(result.code, 0, output(result));
        assert.equal((await server.request("GET", `${maps}/held`)).status, 404);
    });
});
