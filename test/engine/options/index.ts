import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { KubeadmCluster, loadConfig } from "../../../components";

// A larger program: the cluster is a part of a component, waits for another resource, and has options as any resource.
const test = new pulumi.Config("test");
const name = test.get("name") ?? "cluster";
const former = test.get("former");
const platform = new pulumi.ComponentResource("test:index:Platform", "platform");
const gate = new random.RandomUuid("gate");
export const endpoint = new KubeadmCluster(name, loadConfig(), {
    parent: platform,
    dependsOn: gate,
    protect: test.getBoolean("protect") ?? false,
    providers: [new command.Provider("over-ssh")],
    aliases: former === undefined ? [] : [{ name: former }],
    transformations: [
        ({ props, opts, type }) =>
            type === "command:remote:Command"
                ? { props, opts: { ...opts, customTimeouts: { create: "45m" } } }
                : undefined,
    ],
}).endpoint;
