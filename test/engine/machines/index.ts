import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { KubeadmCluster, loadConfig } from "../../../components";

// Stands for machines that the same program makes: what the configuration says of a node is known when its machine is.
const { nodes, sshPrivateKey = "", ...rest } = loadConfig();
const wrong = new pulumi.Config("test").getObject<Record<string, Record<string, unknown>>>("wrong") ?? {};
const made = nodes.map((node) => {
    const machine = new random.RandomUuid(`machine-${node.name}`);
    const later = (field: string, value: pulumi.Input<string>): pulumi.Output<string> =>
        pulumi.all([machine.result, value]).apply(([, right]) => {
            const mistaken = wrong[node.name] ?? {};
            return field in mistaken ? (mistaken[field] as string) : right;
        });
    return {
        ...node,
        address: later("address", node.address),
        // A cloud that calls an address a secret.
        internalAddress: pulumi.secret(later("internalAddress", node.address)),
        hostKey: later("hostKey", node.hostKey ?? ""),
    };
});
const key = new random.RandomUuid("key").result.apply(() => sshPrivateKey);
const cluster = new KubeadmCluster("cluster", { ...rest, nodes: made, sshPrivateKey: pulumi.output(key) });

export const endpoint = cluster.endpoint;
export const ready = cluster.nodes;
export const kubeconfig = cluster.kubeconfig;
