import { ClusterConfig, NodeConfig, validateConfig } from "../../../components/config";

/** The plain values of a configuration, as they stand in Pulumi.STACK.yaml. */
export interface Raw {
    nodes: Record<string, unknown>[];
    [key: string]: unknown;
}

/** A small configuration without fault: one master, two workers. */
export function raw(): Raw {
    return {
        nodes: [
            { name: "master", role: "control-plane", address: "192.168.33.10" },
            { name: "worker-1", role: "worker", address: "192.168.33.11" },
            { name: "worker-2", role: "worker", address: "192.168.33.12" },
        ],
    };
}

/** A valid configuration with all its defaults. */
export function cluster(settings: Record<string, unknown> = {}): ClusterConfig {
    const { config, problems } = validateConfig({ ...raw(), ...settings });
    if (!config) throw new Error(JSON.stringify(problems));
    return config;
}

export function nodeOf(config: ClusterConfig, name: string): NodeConfig {
    const node = config.nodes.find((one) => one.name === name);
    if (!node) throw new Error(`there is no node ${name}`);
    return node;
}
