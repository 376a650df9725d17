import { version } from "@pulumi/kubernetes/package.json";
import type { Resource } from "../protocol/provider";
import { serve } from "../protocol/server";
import { Cluster } from "./cluster";
import { managedObject } from "./managed";
import { patchedObject } from "./patch";
import { diffSettings, readSettings } from "./settings";

let cluster: Cluster | undefined;
let managed: Resource | undefined;
let patched: Resource | undefined;

/** What needs Helm or a cluster at preview, and is not part of this plug-in. */
const REFUSED = /^kubernetes:(helm\.sh|yaml|kustomize)\b/;

void serve(version, {
    resource(type) {
        if (REFUSED.test(type)) return undefined;
        return type.endsWith("Patch") ? patched : managed;
    },
    configure(inputs) {
        const settings = readSettings(inputs);
        cluster = new Cluster(settings);
        managed = managedObject(cluster, settings);
        patched = patchedObject(cluster, settings);
        return Promise.resolve();
    },
    diffConfig: diffSettings,
    cancel: () => cluster?.cancel(),
});
