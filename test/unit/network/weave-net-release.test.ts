import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { join } from "node:path";
import { parse } from "yaml";
import { WeaveNet } from "../../../components/network";
import { skipWithout, upstream } from "../../upstream";
import { differences, Difference } from "./differences";
import { register } from "./engine-double";

const manifest = upstream("weave-2.8.1", "weave-daemonset-k8s.yaml");
const skip = skipWithout(manifest);

const launch = join(__dirname, "..", "..", "..", "components", "network", "weave-launch.sh");
const router = "DaemonSet.spec.template.spec.containers.0.env";

/** All that the program changes in the release, and why is said where it changes it. */
const wanted: Difference[] = [
    // The release writes `env:` with nothing behind it.
    { path: "DaemonSet.spec.template.spec.initContainers.0.env", release: null, program: undefined },
    // The release's launch.sh, behind what differs from host to host.
    ...["/bin/sh", "-c", readFileSync(launch, "utf8")].map((program, at) => ({
        path: `DaemonSet.spec.template.spec.containers.0.command.${at}`,
        release: at === 0 ? "/home/weave/launch.sh" : undefined,
        program,
    })),
    {
        path: `${router}.2`,
        release: undefined,
        program: { name: "NODE_IP", valueFrom: { fieldRef: { apiVersion: "v1", fieldPath: "status.hostIP" } } },
    },
    { path: `${router}.3`, release: undefined, program: { name: "IPALLOC_RANGE", value: "10.244.0.0/16" } },
    { path: `${router}.4`, release: undefined, program: { name: "CHECKPOINT_DISABLE", value: "1" } },
    { path: `${router}.5`, release: undefined, program: { name: "WEAVE_METRICS_ADDR", value: "127.0.0.1:6782" } },
    {
        path: "DaemonSet.spec.template.spec.containers.1.args",
        release: undefined,
        program: ["--metrics-addr=127.0.0.1:6781"],
    },
];

interface Document {
    kind: string;
}

test("Weave Net without settings is the release manifest, save for the differences listed here", { skip }, async () => {
    const release = (parse(readFileSync(manifest, "utf8")) as { items: Document[] }).items;
    const registered = await register(() => new WeaveNet("net", { podSubnet: "10.244.0.0/16" }));
    const program = registered.manifests() as unknown as Document[];

    const kinds = (documents: Document[]): string[] => documents.map(({ kind }) => kind).sort();
    assert.deepEqual(kinds(program), kinds(release));

    const found = release.flatMap((document) =>
        differences(
            document,
            program.find(({ kind }) => kind === document.kind),
            document.kind,
        ),
    );
    const byPath = (a: Difference, b: Difference): number => a.path.localeCompare(b.path);
    assert.deepEqual(found.sort(byPath), [...wanted].sort(byPath));
});
