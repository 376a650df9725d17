import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { parse, stringify } from "yaml";
import { archivedRuntime, repositoryKey } from "./artefacts/package-sources";
import { type Distribution, formatOf } from "./artefacts/wanted";
import { writeWhole } from "./files";
import { hostKeyFolder } from "./hosts/host";
import { loginKey, readHostKey } from "./hosts/keys";
import { proxyCredentials } from "./mirror/proxy-credentials";
import { configFile, stateDir } from "./paths";
import { PassphraseSecrets } from "./secret";
import type { StorageSettings } from "./storage";
import { type HostSpec, proxyUrl, registryUrl, siteUrl, virtualAddress } from "./topology";

/** What a lab's cluster is made of. */
interface LabCluster {
    hosts: HostSpec[];
    kubernetes: string;
    network: string;
    distribution: Distribution;
    install: string;
    containerd: string;
    proxy: boolean;
    metrics: string;
    /** The key `storage`; none where it is left out. */
    storage?: StorageSettings;
}

/** Registries whose images the lab's own registry serves instead. */
const mirrored = ["registry.k8s.io", "docker.io", "quay.io", "ghcr.io"];

/** The passphrase of the lab's stack; made on the first call, readable by root alone. */
export function passphrase(): string {
    const file = stateDir("passphrase");
    if (!existsSync(file)) writeWhole(file, randomBytes(24).toString("base64url"), 0o600);
    return readFileSync(file, "utf8").trim();
}

/** The stack's configuration without its secrets. */
function plainConfig(cluster: LabCluster): Record<string, unknown> {
    const runtime = cluster.containerd === "archive" ? archivedRuntime() : undefined;
    const containerd = runtime && { source: "archive", version: runtime.containerd, runcVersion: runtime.runc };
    const packages = {
        ...(cluster.install === "packages"
            ? { packages: siteUrl, packagesKey: repositoryKey(cluster.kubernetes, formatOf(cluster.distribution)) }
            : {}),
        ...(runtime ? { containerd: `${siteUrl}/containerd`, runc: `${siteUrl}/runc` } : {}),
    };
    const settings = {
        ssh: { user: "root", port: 22, waitSeconds: 120 },
        kubernetes: {
            version: cluster.kubernetes,
            ...(cluster.install === "binaries" ? {} : { install: cluster.install }),
            ...(cluster.metrics === "none" ? {} : { servingCertificates: true }),
            ...(cluster.hosts.filter(({ role }) => role === "control-plane").length > 1
                ? { vip: { address: virtualAddress } }
                : {}),
            podSubnet: "10.244.0.0/16",
            apiServer: { extraArgs: { "runtime-config": "api/all=true" } },
            controllerManager: {
                extraArgs: { "horizontal-pod-autoscaler-sync-period": "10s", "node-monitor-grace-period": "10s" },
            },
            kubelet: {
                // The hosts share one disk with everything else on the machine: the defaults, 10 and 15 percent, evict too soon.
                evictionHard: {
                    "memory.available": "100Mi",
                    "nodefs.available": "1%",
                    "nodefs.inodesFree": "1%",
                    "imagefs.available": "1%",
                },
                imageGCHighThresholdPercent: 99,
                imageGCLowThresholdPercent: 98,
                failSwapOn: false,
            },
            // The limit is the machine's and cannot be written from a host.
            kubeProxy: { conntrack: { maxPerCore: 0 } },
        },
        // A machine that is itself a container may lack CAP_SYS_RESOURCE.
        containerRuntime: { restrictOomScoreAdj: true, ...containerd },
        nodes: cluster.hosts.map(({ name, role, address, user }) => ({
            name,
            role,
            address,
            hostKey: readHostKey(hostKeyFolder(name)),
            ...(user === "root" ? {} : { ssh: { user } }),
        })),
        network: { addOn: cluster.network },
        mirrors: {
            binaries: siteUrl,
            // Of its own build, whose sums are others than the publishers'.
            pinned: false,
            cniPlugins: `${siteUrl}/cni-plugins`,
            registries: Object.fromEntries(mirrored.map((registry) => [registry, [registryUrl]])),
            ...packages,
        },
        ...(cluster.metrics === "none" ? {} : { metrics: { addOn: cluster.metrics } }),
        ...(cluster.storage && { storage: cluster.storage }),
        ...(cluster.proxy ? { proxy: { http: proxyUrl, https: proxyUrl } } : {}),
    };
    return Object.fromEntries(Object.entries(settings).map(([key, value]) => [`kubeadm-cluster:${key}`, value]));
}

const keySetting = "kubeadm-cluster:sshPrivateKey";
const proxySetting = "kubeadm-cluster:proxyCredentials";

interface ConfigFile {
    encryptionsalt: string;
    config: Record<string, unknown>;
}

/** Writes the stack's configuration, mode 0600, and gives its text without secrets. What was encrypted before is kept. */
export async function writeConfig(cluster: LabCluster): Promise<string> {
    const plain = plainConfig(cluster);
    const earlier = existsSync(configFile()) ? (parse(readFileSync(configFile(), "utf8")) as ConfigFile) : undefined;
    const wanted = cluster.proxy ? [keySetting, proxySetting] : [keySetting];
    let sealed = Object.fromEntries(wanted.map((setting) => [setting, earlier?.config[setting]]));
    let salt = earlier?.encryptionsalt;
    if (!salt || Object.values(sealed).includes(undefined)) {
        const secrets = new PassphraseSecrets(passphrase());
        const key = readFileSync((await loginKey()).file, "utf8");
        const seal = (setting: string) => ({
            secure: secrets.encrypt(setting === keySetting ? key : proxyCredentials()),
        });
        sealed = Object.fromEntries(wanted.map((setting) => [setting, seal(setting)]));
        salt = secrets.salt;
    }
    const whole: ConfigFile = { encryptionsalt: salt, config: { ...sealed, ...plain } };
    writeWhole(configFile(), stringify(whole, { lineWidth: 0 }), 0o600);
    const hidden = Object.fromEntries(wanted.map((setting) => [setting, "(secret)"]));
    return stringify({ config: { ...hidden, ...plain } }, { lineWidth: 0 });
}
