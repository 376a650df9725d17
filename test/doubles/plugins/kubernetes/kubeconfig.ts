import { existsSync } from "node:fs";
import type { KubeConfig } from "@kubernetes/client-node" with { "resolution-mode": "import" };
import type { Settings } from "./settings";

/** Loads the client library only when it is needed: it is large, and most runs change nothing. */
export async function loadKubeConfig(
    settings: Pick<Settings, "kubeconfig" | "context" | "cluster">,
): Promise<KubeConfig> {
    const { KubeConfig: Class } = await import("@kubernetes/client-node/dist/config.js");
    const config = new Class();
    const { kubeconfig, context, cluster } = settings;
    if (kubeconfig === undefined) config.loadFromDefault();
    else if (!kubeconfig.includes("\n") && existsSync(kubeconfig)) config.loadFromFile(kubeconfig);
    else config.loadFromString(kubeconfig);
    if (context !== undefined) config.setCurrentContext(context);
    if (cluster !== undefined) {
        const current = config.getCurrentContext();
        config.contexts = config.contexts.map((item) => (item.name === current ? { ...item, cluster } : item));
    }
    return config;
}
