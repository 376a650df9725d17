import type { ClusterConfig } from "../../components/config";
import { controlPlaneNodes } from "../../components/control-plane/kubeadm-config";
import { CONNECTIVITY_SECONDS, connectivityInputs } from "../../components/network";
import { CommandError } from "../command-line";
import { hostWords } from "../host-words";
import { runOnHost } from "../host";
import type { PlainSecrets } from "../stack";
import { type Difference, rows } from "./differences";

/** What the test of the pod network has told: the nodes, what was found, what is wanted. */
export function networkDifferences(report: string): Difference[] {
    return rows(report, "difference").map(([node = "", what = "", found = "", wanted = ""]) => ({
        node,
        what,
        found,
        wanted,
    }));
}

/**
 * Tests the pod network of all nodes that are there, as `up` does of those that are new. It leaves nothing; nothing is
 * tested where the configuration leaves the test out, or the user brings a network.
 * @param presented what the hosts know the stack by
 */
export async function testPodNetwork(
    config: ClusterConfig,
    secrets: PlainSecrets,
    presented: Record<string, string>,
): Promise<Difference[]> {
    const { network, kubernetes } = config;
    const [first] = controlPlaneNodes(config.nodes);
    if (network.addOn === "none" || !network.connectivityTest || !first) return [];
    const present = config.nodes.filter(({ gone }) => !gone);
    // The one that runs the test comes first.
    const nodes = [first, ...present.filter((node) => node !== first)].map(({ name }) => name);
    const call = { script: "connectivity.sh", args: ["all"], timeoutSeconds: CONNECTIVITY_SECONDS } as const;
    const inputs = { ...presented, ...connectivityInputs({ network, nodes, dnsDomain: kubernetes.dnsDomain }) };
    const failed = (found: string): Difference[] => [{ node: first.name, what: "pod network", found, wanted: "works" }];
    try {
        const { code, stdout, stderr } = await runOnHost(config, secrets, first, call, { inputs });
        return [...networkDifferences(stdout), ...(code === 0 ? [] : failed(hostWords(stderr).trim()))];
    } catch (error) {
        if (!(error instanceof CommandError)) throw error;
        return failed(error.message);
    }
}
