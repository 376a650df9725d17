import { Problem } from "../problem";
import { validateNetwork } from "../../network";
import { storageSchema } from "../../storage/schema";
import { validateStorage } from "../../storage/validate";
import { clusterConfigSchema } from "../schema";
import type { SoundConfig } from "./sound-config";

/** What is wrong with the network add-on and the storage in this cluster. */
export function addOnProblems(config: SoundConfig): Problem[] {
    return [...networkProblems(config), ...storageProblems(config), ...metricsProblems(config)];
}

function networkProblems({ network, kubernetes }: SoundConfig): Problem[] {
    const settings = clusterConfigSchema.shape.network.safeParse(network);
    if (!settings.success || network === undefined) return [];
    const podSubnet = kubernetes?.podSubnet;
    // A subnet that could not be read is the schema's business; any other lets the rest be checked.
    const problems = validateNetwork({ ...settings.data, podSubnet: podSubnet ?? "10.244.0.0/16" });
    return problems.map(({ path, message }) => ({
        path: path === "podSubnet" ? "kubernetes.podSubnet" : `network.${path}`,
        message,
    }));
}

function metricsProblems({ metrics, kubernetes }: SoundConfig): Problem[] {
    if (metrics?.addOn !== "metrics-server" || kubernetes?.servingCertificates === true) return [];
    const message =
        "metrics-server verifies the kubelets, which needs certificates of the cluster's: set kubernetes.servingCertificates to true";
    return [{ path: "metrics.addOn", message }];
}

function storageProblems({ storage, nodes = [], kubernetes }: SoundConfig): Problem[] {
    // What could not be read counts as not given.
    const settings = storageSchema.safeParse(storage);
    if (!settings.success || storage === undefined) return [];
    const { version } = clusterConfigSchema.shape.kubernetes.parse({ version: kubernetes?.version });
    const known = nodes.flatMap((node) => {
        if (node?.name === undefined || node.role === undefined) return [];
        const taints = node.taints?.flatMap(({ key, value, effect } = {}) =>
            key && effect ? [{ key, value, effect }] : [],
        );
        return [{ name: node.name, role: node.role, schedulable: node.schedulable, taints: taints ?? [] }];
    });
    // Counts and names mean nothing where a node is missing.
    if (known.length < nodes.length) return [];
    return validateStorage(settings.data, { nodes: known, kubernetesVersion: version }).map(({ path, message }) => ({
        path: `storage.${path}`,
        message,
    }));
}
