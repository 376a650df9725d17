import { isGroup } from "../plain-values";
import { knownFields } from "../document-fields";
import { newestTypes } from "../../releases";
import { type Arg, type Fields, mergeFields } from "./merge";

/** The group of kubeadm's documents, and the version that is read. */
export const GROUP = "kubeadm.k8s.io";
export const CURRENT = `${GROUP}/v1beta4`;

// Where the fields of a flat document, up to v1alpha3, stand since.
const MOVED: Record<string, [string, string]> = {
    apiServerExtraArgs: ["apiServer", "extraArgs"],
    apiServerExtraVolumes: ["apiServer", "extraVolumes"],
    apiServerCertSANs: ["apiServer", "certSANs"],
    controllerManagerExtraArgs: ["controllerManager", "extraArgs"],
    controllerManagerExtraVolumes: ["controllerManager", "extraVolumes"],
    schedulerExtraArgs: ["scheduler", "extraArgs"],
    schedulerExtraVolumes: ["scheduler", "extraVolumes"],
};
// What of such a document is put elsewhere.
const READ_APART = ["api", "authorizationModes", "kubernetesVersion", "kubeletConfiguration", "kubeProxy"];

/** Flags as a list, as v1beta4 takes them; up to v1beta3 they were a map. */
export function argList(flags: Fields): Arg[] {
    return Object.entries(flags).map(([name, value]) => ({ name, value: String(value) }));
}

/** A document in which flags are lists. */
export function withArgLists(fields: Fields): Fields {
    const entries = Object.entries(fields).map(([key, value]): [string, unknown] => {
        if (!isGroup(value)) return [key, value];
        return [key, /extraArgs$/i.test(key) ? argList(value) : withArgLists(value)];
    });
    return Object.fromEntries(entries);
}

/** Where something stands that an older form had, or why it is gone. */
const GONE: Record<string, string> = {
    "apiServer.timeoutForControlPlane": "InitConfiguration has it as timeouts.controlPlaneComponentHealthCheck",
    "discovery.timeout": "JoinConfiguration has it as timeouts.discovery",
    "dns.type": "CoreDNS is the only one",
    useHyperKubeImage: "there is no such image any more",
    "cloud-provider": "run the cloud's own controller manager",
    cloudProvider: "run the cloud's own controller manager",
    api: "the address is the node's; the endpoint is controlPlaneEndpoint",
    ...Object.fromEntries(
        ["token", "tokenTTL", "discoveryToken", "discoveryTokenAPIServers", "discoveryTokenCACertHashes"].map(
            (field) => [field, "every worker gets a token of its own"],
        ),
    ),
    nodeName: "it is the node's name",
};

/** What an older form says today. */
export interface Converted {
    /** Documents of v1beta4, by kind. */
    documents: Record<string, Fields>;
    /** What is not in them, and why. */
    notes: string[];
}

/**
 * A document of an older form as those of v1beta4, by kind. What the program itself knows is left out: tokens, and the
 * node's name and address. A version that is a label is replaced: it would be another one next month.
 * @param version of Kubernetes, in place of a label
 */
export function convertDocument(document: Fields, version: string): Converted {
    const types = newestTypes();
    const made = Object.entries(documentsOf(document, version)).map(([kind, fields]) => {
        const { known, dropped } = types ? knownFields(types, kind, fields) : { known: fields, dropped: [] };
        return { kind, known, dropped };
    });
    const notes = made
        .flatMap(({ dropped }) => dropped)
        .map((path) => `${path} (${Object.hasOwn(GONE, path) ? GONE[path] : "v1beta4 has no such field"})`);
    return { documents: Object.fromEntries(made.map(({ kind, known }) => [kind, known])), notes };
}

function documentsOf(document: Fields, version: string): Record<string, Fields> {
    const { kind, ...fields } = document;
    delete fields.apiVersion;
    if (
        kind === "MasterConfiguration" ||
        (kind === "ClusterConfiguration" && Object.keys(fields).some((key) => key in MOVED))
    )
        return convertFlat(fields, version);
    const current = withArgLists(fields);
    if (kind === "NodeConfiguration") return { JoinConfiguration: current };
    return { [String(kind)]: kind === "ClusterConfiguration" ? exactVersion(current, version) : current };
}

function convertFlat(fields: Fields, version: string): Record<string, Fields> {
    let cluster: Fields = {};
    const put = (more: Fields) => (cluster = mergeFields(cluster, more));
    for (const [key, value] of Object.entries(fields)) {
        const moved = MOVED[key];
        if (moved) put({ [moved[0]]: { [moved[1]]: value } });
        else if (key === "etcd") put({ etcd: etcdOf(value) });
        else if (!READ_APART.includes(key)) put({ [key]: value });
    }
    const { api, authorizationModes, kubernetesVersion, kubeletConfiguration, kubeProxy } = fields;
    if (isGroup(api) && typeof api.controlPlaneEndpoint === "string")
        put({ controlPlaneEndpoint: api.controlPlaneEndpoint });
    if (Array.isArray(authorizationModes))
        put({ apiServer: { extraArgs: { "authorization-mode": authorizationModes.join(",") } } });
    if (kubernetesVersion !== undefined) put({ kubernetesVersion });
    const documents: Record<string, Fields> = { ClusterConfiguration: exactVersion(withArgLists(cluster), version) };
    if (isGroup(kubeletConfiguration) && isGroup(kubeletConfiguration.baseConfig))
        documents.KubeletConfiguration = kubeletConfiguration.baseConfig;
    if (isGroup(kubeProxy) && isGroup(kubeProxy.config)) documents.KubeProxyConfiguration = kubeProxy.config;
    return documents;
}

// Up to v1alpha1 the members outside of the cluster and those inside were one group.
function etcdOf(etcd: unknown): unknown {
    if (!isGroup(etcd) || etcd.local !== undefined || etcd.external !== undefined) return etcd;
    const { endpoints, caFile, certFile, keyFile, ...local } = etcd;
    return endpoints === undefined ? { local } : { external: { endpoints, caFile, certFile, keyFile } };
}

function exactVersion(cluster: Fields, version: string): Fields {
    const { kubernetesVersion } = cluster;
    const exact =
        kubernetesVersion === undefined ||
        (typeof kubernetesVersion === "string" && /^v?\d+\.\d+\.\d+$/.test(kubernetesVersion));
    return exact ? cluster : { ...cluster, kubernetesVersion: version };
}
