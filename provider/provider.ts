import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { KubeadmCluster, type KubeadmClusterArgs } from "../components";
import { CLUSTER_TYPE } from "../components/cluster-type";
import type { PackageSchema } from "./schema";

/**
 * Makes KubeadmCluster for programs in any language. Pulumi's own host of components derives the schema at every start,
 * which is seconds of type checking and needs the sources; here it is a file.
 */
export class KubeadmClusterProvider implements pulumi.provider.Provider {
    readonly schema: string;
    private readonly outputs: string[];

    constructor(readonly version: string) {
        const schema = JSON.parse(readFileSync(join(__dirname, "schema.json"), "utf8")) as PackageSchema;
        this.schema = JSON.stringify({ ...schema, version });
        this.outputs = Object.keys(schema.resources[CLUSTER_TYPE]?.properties ?? {});
    }

    construct(
        name: string,
        type: string,
        inputs: pulumi.Inputs,
        options: pulumi.ComponentResourceOptions,
    ): Promise<pulumi.provider.ConstructResult> {
        if (type !== CLUSTER_TYPE) throw new Error(`${name}: there is no resource ${type}; there is ${CLUSTER_TYPE}`);
        // Plain values arrive as they are: the schema has marked them so.
        const cluster = new KubeadmCluster(name, inputs as KubeadmClusterArgs, options);
        const made = new Map<string, unknown>(Object.entries(cluster));
        const state = Object.fromEntries(this.outputs.map((output) => [output, made.get(output)]));
        return Promise.resolve({ urn: cluster.urn, state });
    }
}
