import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { credentials } from "@grpc/grpc-js";
import { version } from "../../package.json";
import { PROJECT } from "./support";

// Made for JavaScript; they have no types that fit.
/* eslint-disable @typescript-eslint/no-require-imports */
const { ResourceProviderClient } = require("@pulumi/pulumi/proto/provider_grpc_pb") as {
    ResourceProviderClient: new (address: string, credentials: unknown) => Client;
};
const { GetSchemaRequest } = require("@pulumi/pulumi/proto/provider_pb") as { GetSchemaRequest: new () => object };
/* eslint-enable */

interface Client {
    getSchema(request: object, answered: (error: Error | null, response?: { getSchema(): string }) => void): void;
    close(): void;
}

const started: (() => void)[] = [];
after(() => started.forEach((end) => end()));

/** Starts a plug-in as the engine does, away from the project, and asks it for its schema. */
async function schemaOf(
    program: string,
    args: string[],
): Promise<{ name: string; version: string; resources: object }> {
    const child = spawn(program, [...args, "127.0.0.1:1"], { cwd: tmpdir(), stdio: ["ignore", "pipe", "pipe"] });
    started.push(() => child.kill());
    const port = await new Promise<string>((resolve, reject) => {
        let said = "";
        child.stderr.on("data", (text: Buffer) => (said += text.toString()));
        child.stdout.once("data", (text: Buffer) => resolve(text.toString().trim()));
        child.once("exit", (code) => reject(new Error(`the plug-in ended with ${code}: ${said}`)));
    });
    const client = new ResourceProviderClient(`127.0.0.1:${port}`, credentials.createInsecure());
    const text = await new Promise<string>((resolve, reject) =>
        client.getSchema(new GetSchemaRequest(), (error, response) =>
            error || !response ? reject(error ?? new Error("no answer")) : resolve(response.getSchema()),
        ),
    );
    client.close();
    return JSON.parse(text) as { name: string; version: string; resources: object };
}

for (const [how, program, args] of [
    ["by the directory that `path` in Pulumi.yaml names", join(PROJECT, "bin", "pulumi-resource-kubeadm-cluster"), []],
    [
        "by PulumiPlugin.yaml, as Pulumi's Node.js host does for a clone from Git",
        process.execPath,
        [require.resolve("@pulumi/pulumi/cmd/run-plugin"), PROJECT],
    ],
] as const) {
    test(`the plug-in starts ${how}`, { timeout: 300_000 }, async () => {
        const schema = await schemaOf(program, [...args]);
        assert.deepEqual({ name: schema.name, version: schema.version }, { name: "kubeadm-cluster", version });
        assert.deepEqual(Object.keys(schema.resources), ["kubeadm-cluster:index:KubeadmCluster"]);
    });
}
