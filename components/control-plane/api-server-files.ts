import * as crypto from "node:crypto";
import { yamlText } from "../config/yaml-text";
import type { KubernetesConfig } from "../config";

/** Directory on the control plane's host with the API server's own files; api-server-files.sh writes them. */
const DIRECTORY = "/var/lib/kubeadm-cluster/api-server";
/** Where its audit log is; the program's other logs are beside it, and go with them. */
const AUDIT_LOGS = "/var/log/kubeadm-cluster/audit";

const ENCRYPTION_FLAG = "encryption-provider-config";

interface Arg {
    name: string;
    value: string;
}
interface Volume {
    name: string;
    hostPath: string;
    mountPath: string;
    readOnly: boolean;
    pathType: string;
}

/** What of ClusterConfiguration's apiServer these files need. */
export interface ApiServer {
    extraArgs?: Arg[];
    extraVolumes?: Volume[];
    [field: string]: unknown;
}

/** Whether Secrets are encrypted with a key of the program's own: a flag that is set already stays. */
export function encryptsSecrets({ encryptSecrets, apiServer, kubeadm }: KubernetesConfig): boolean {
    const given = (kubeadm.clusterConfiguration.apiServer as ApiServer | undefined)?.extraArgs ?? [];
    const names = [...given.map(({ name }) => name), ...Object.keys(apiServer.extraArgs)];
    return encryptSecrets && !names.includes(ENCRYPTION_FLAG);
}

/** The flags and volumes for the files of a configuration, added to what there is; flags that are set already stay. */
export function withApiServerFiles(apiServer: ApiServer, kubernetes: KubernetesConfig): ApiServer {
    const { encryptSecrets, audit } = kubernetes;
    const own = [
        ...(encryptSecrets ? [{ name: ENCRYPTION_FLAG, value: `${DIRECTORY}/encryption.yaml` }] : []),
        ...(audit.level === "none"
            ? []
            : [
                  // Its name changes with its content, and so the API server is restarted.
                  { name: "audit-policy-file", value: `${DIRECTORY}/audit-${audit.level}.yaml` },
                  { name: "audit-log-path", value: `${AUDIT_LOGS}/audit.log` },
                  { name: "audit-log-maxage", value: String(audit.maxAgeDays) },
                  { name: "audit-log-maxbackup", value: String(audit.maxFiles) },
                  { name: "audit-log-maxsize", value: String(audit.maxMegabytes) },
              ]),
    ];
    const set = new Set((apiServer.extraArgs ?? []).map(({ name }) => name));
    const added = own.filter(({ name }) => !set.has(name));
    if (added.length === 0) return apiServer;
    const volume = (name: string, path: string, readOnly: boolean): Volume => ({
        name,
        hostPath: path,
        mountPath: path,
        readOnly,
        pathType: "DirectoryOrCreate",
    });
    return {
        ...apiServer,
        extraArgs: [...(apiServer.extraArgs ?? []), ...added],
        extraVolumes: [
            ...(apiServer.extraVolumes ?? []),
            volume("api-server-files", DIRECTORY, true),
            ...(audit.level === "none" ? [] : [volume("audit-logs", AUDIT_LOGS, false)]),
        ],
    };
}

/** A key that Secrets in etcd are encrypted with. */
export interface EncryptionKey {
    /** Made of a digest, so that another key has another name. Not secret: the key has 190 random bits. */
    name: string;
    /** Base64, as the API server reads it. Secret. */
    secret: string;
}

/**
 * The key that is made of a password; encryption-keys.sh writes the API server's file with it.
 * @param password 32 characters
 */
export function encryptionKey(password: string): EncryptionKey {
    const secret = Buffer.from(password).toString("base64");
    return { name: `key-${crypto.createHash("sha256").update(secret).digest("hex").slice(0, 16)}`, secret };
}

/** The keys in what read-kubeconfig.sh has printed, lines NAME SECRET. Secret. */
export function encryptionKeys(access: string): string {
    return [...access.matchAll(/^# encryption-key (\S+ \S+)$/gm)].map(([, key]) => key).join("\n");
}

/**
 * The audit policy (audit.k8s.io/v1) of a level: who did what to which object, and with `request` also what was sent.
 * What Secrets, ConfigMaps and tokens hold is never logged; neither is what the components ask each other all the time.
 */
export function auditPolicy(level: "metadata" | "request"): string {
    const group = (name: string, ...resources: string[]) => ({ group: name, resources });
    return yamlText({
        apiVersion: "audit.k8s.io/v1",
        kind: "Policy",
        omitStages: ["RequestReceived"],
        rules: [
            { level: "None", resources: [group("coordination.k8s.io", "leases"), group("", "events")] },
            { level: "None", nonResourceURLs: ["/healthz*", "/livez*", "/readyz*", "/version", "/metrics"] },
            { level: "None", verbs: ["get", "list", "watch"], userGroups: ["system:nodes", "system:serviceaccounts"] },
            {
                level: "None",
                verbs: ["get", "list", "watch"],
                users: ["system:kube-controller-manager", "system:kube-scheduler", "system:kube-proxy"],
            },
            {
                level: "Metadata",
                resources: [
                    group("", "secrets", "configmaps", "serviceaccounts/token"),
                    group("authentication.k8s.io", "tokenreviews"),
                ],
            },
            { level: level === "request" ? "Request" : "Metadata" },
        ],
    });
}
