import { parseArgs } from "node:util";
import { clusterConfiguration, controlPlaneNodes } from "../../components/control-plane/kubeadm-config";
import { patchInputs } from "../../components/control-plane/patches";
import { hostWords } from "../host-words";
import { CommandError, readOptions, runMain, STACK_OPTIONS, stackSource } from "../command-line";
import { runOnHost } from "../host";
import { loadStackConfig, loadStackIdentity, loadStackSecrets, presented } from "../stack";
import { testPodNetwork } from "./pod-network";
import { type Difference, hostDifferences, nodeDifferences } from "./differences";
import { mending } from "./mend";

const USAGE =
    "usage: npm run verify -- --stack NAME [--json] [--config-file FILE]\n" +
    "Compares the hosts of a cluster with what the stack says, tests the pod network by Pods that go again, and names the\n" +
    "command that mends; changes nothing. Exit code 1: there are differences.";

async function main(): Promise<number> {
    const { json, source } = readOptions(USAGE, () => {
        const { values } = parseArgs({ options: { ...STACK_OPTIONS, json: { type: "boolean", default: false } } });
        return { ...values, source: stackSource(values) };
    });
    const config = loadStackConfig(source);
    const secrets = await loadStackSecrets(source);
    const identity = await loadStackIdentity(source, config);
    const controlPlane = controlPlaneNodes(config.nodes);
    const hosts = config.nodes.filter(({ gone }) => !gone);
    const looks = await Promise.all(
        hosts.map(async (node): Promise<Difference[]> => {
            const first = node === controlPlane[0];
            const inputs = {
                ...presented(identity),
                KUBERNETES_VERSION: config.kubernetes.version,
                CLUSTER_CONFIGURATION:
                    controlPlane[0] && controlPlane.includes(node) ? clusterConfiguration(config, controlPlane[0]) : "",
                ...patchInputs(config.kubernetes, node.role),
            };
            const call = { script: "verify.sh", timeoutSeconds: 120 } as const;
            try {
                const { code, stdout, stderr } = await runOnHost(config, secrets, node, call, { inputs });
                const failed = {
                    node: node.name,
                    what: "verify.sh",
                    found: hostWords(stderr).trim(),
                    wanted: "a whole look",
                };
                return [
                    ...hostDifferences(node.name, stdout),
                    ...(first && code === 0 ? nodeDifferences(config, stdout) : []),
                    ...(code === 0 ? [] : [failed]),
                ];
            } catch (error) {
                if (!(error instanceof CommandError)) throw error;
                return [{ node: node.name, what: "host", found: error.message, wanted: "an answer" }];
            }
        }),
    );
    // Behind the looks: a host that cannot be reached, or a kubelet that is off, is told for what it is.
    const differences = [...looks.flat(), ...(await testPodNetwork(config, secrets, presented(identity)))];
    if (json) console.log(JSON.stringify(differences, null, 2));
    else {
        for (const { node, what, found, wanted } of differences) {
            console.log(`${node}: ${what}: found ${found}; the stack says ${wanted}`);
        }
        for (const line of mending(config, differences, source)) console.log(line);
        console.log(`${hosts.length} hosts looked at, nothing changed on them: ${differences.length} differences`);
    }
    return differences.length > 0 ? 1 : 0;
}

runMain(main);
