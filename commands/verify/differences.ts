import type { ClusterConfig } from "../../components/config";
import { declaredTaints, taintText } from "../../components/control-plane/kubeadm-config";
import { answers } from "../answers";
import { CommandError } from "../command-line";

/** Something that is not as the stack says. */
export interface Difference {
    node: string;
    what: string;
    found: string;
    wanted: string;
}

/** The differences that a host's own look has brought to light. */
export function hostDifferences(node: string, report: string): Difference[] {
    return rows(report, "difference").map(([what = "", found = "", wanted = ""]) => ({ node, what, found, wanted }));
}

/**
 * What the control plane says of the nodes against the configuration. More labels and taints than configured are no
 * difference: Kubernetes and others set their own.
 */
export function nodeDifferences(config: ClusterConfig, report: string): Difference[] {
    const found = new Map(
        rows(report, "node").map(([name = "", labels = "{}", taints = ""]) => [name, { labels, taints }]),
    );
    return config.nodes.flatMap((node) => {
        const one = found.get(node.name);
        if (node.gone || !one) {
            if (node.gone === !one) return [];
            return [
                { node: node.name, what: "Node", found: one ? "there" : "missing", wanted: one ? "gone" : "there" },
            ];
        }
        const labels = labelsOf(node.name, one.labels);
        const taints = one.taints.split(",");
        return [
            ...Object.entries(node.labels)
                .filter(([key, value]) => labels[key] !== value)
                .map(([key, value]) => ({ what: `label ${key}`, found: labels[key] ?? "missing", wanted: value })),
            ...declaredTaints(node)
                .map(taintText)
                .filter((taint) => !taints.includes(taint))
                .map((taint) => ({ what: "taint", found: "missing", wanted: taint })),
        ].map((difference) => ({ node: node.name, ...difference }));
    });
}

function labelsOf(node: string, text: string): Record<string, string> {
    try {
        return JSON.parse(text || "{}") as Record<string, string>;
    } catch {
        throw new CommandError(`the control plane said of the labels of ${node} what is no JSON; run this again`);
    }
}

/** The parts of those lines of an answer that begin with this word. */
export function rows(report: string, kind: string): string[][] {
    return answers(report)
        .map((line) => line.split("\t"))
        .filter(([first]) => first === kind)
        .map(([, ...parts]) => parts);
}
