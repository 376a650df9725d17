import { unpinnedPrograms } from "./pinned-sums";
import type { Problem } from "./problem";
import type { ClusterConfig } from "./schema";

/** The setting that says where a program comes from. */
const SOURCES: Record<string, "binaries" | "cniPlugins" | "containerd" | "runc"> = {
    kubeadm: "binaries",
    kubelet: "binaries",
    kubectl: "binaries",
    "cni-plugins": "cniPlugins",
    containerd: "containerd",
    runc: "runc",
};

/**
 * Sources whose programs nothing vouches for: whoever is on the way to them, or answers for them, is root on the hosts.
 * Addresses of plain http without pinned sums or signatures, and packages that are not signed.
 */
export function unvouchedSources(config: ClusterConfig): Problem[] {
    const { mirrors, kubernetes, nodes } = config;
    const programs = nodes.filter(({ gone }) => !gone).flatMap((node) => unpinnedPrograms(config, node));
    const settings = new Set(programs.flatMap((program) => SOURCES[program] ?? []));
    const found = [...settings].flatMap((setting): Problem[] => {
        if (!mirrors[setting].startsWith("http:")) return [];
        const names = [...new Set(programs)].filter((program) => SOURCES[program] === setting).join(", ");
        const message = `is plain http, and no sum is pinned for ${names}: whoever is on the way is root on the hosts; use https, or mirrors.sums`;
        return [{ path: `mirrors.${setting}`, message }];
    });
    const packages = nodes.some((node) => (node.install ?? kubernetes.install) === "packages");
    if (packages && mirrors.packagesUnsigned) {
        const message =
            "takes packages without a signature: whoever answers for the mirror is root on the hosts; use mirrors.packagesKey";
        found.push({ path: "mirrors.packagesUnsigned", message });
    }
    const registries = Object.entries(mirrors.registries).flatMap(([registry, endpoints]) =>
        endpoints.some((endpoint) => endpoint.startsWith("http:")) ? [registry] : [],
    );
    if (registries.length > 0) {
        const message = `has mirrors of plain http for ${registries.join(", ")}: whoever is on the way chooses the images that name no digest; use https`;
        found.push({ path: "mirrors.registries", message });
    }
    return found;
}
