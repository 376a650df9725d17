import { isGroup } from "../plain-values";
import type { Finding, GivenFlag } from "../flags/lint";
import { givenFlags } from "./given-flags";
import type { SoundConfig } from "./sound-config";

/** The control plane's components: their keys in the configuration, and the host's directories that kubeadm mounts. */
const PODS: Record<string, { key: "apiServer" | "controllerManager" | "scheduler"; mounted: string[] }> = {
    "kube-apiserver": { key: "apiServer", mounted: ["/etc/kubernetes/pki"] },
    "kube-controller-manager": {
        key: "controllerManager",
        mounted: ["/etc/kubernetes/pki", "/etc/kubernetes/controller-manager.conf"],
    },
    "kube-scheduler": { key: "scheduler", mounted: ["/etc/kubernetes/scheduler.conf"] },
};
/** Authorities of the host, for the API server and the controller manager. */
const AUTHORITIES = [
    "/etc/ssl/certs",
    "/etc/ca-certificates",
    "/usr/share/ca-certificates",
    "/usr/local/share/ca-certificates",
    "/etc/pki",
];
/** Volumes of the API server that the program makes itself, with the setting that calls for each. */
const OWN_VOLUMES: Record<string, string> = {
    "api-server-files": "the program's own files of the API server",
    "audit-logs": "kubernetes.audit",
};
const VOLUME_NAME = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
/** Flags whose value is a file that the component reads. */
const READS_A_FILE =
    /(-file|-config|-kubeconfig|-cafile|-certfile|-keyfile|-authority|-client-certificate|-client-key)$|^(config|kubeconfig)$/;

/** Files that a component of the control plane is told to read, though its Pod does not have them; and volumes that clash. */
export function mountFindings(config: SoundConfig): Finding[] {
    return givenFlags(config).flatMap(([component, flags]) => {
        const pod = PODS[component];
        if (!pod) return [];
        const volumesOfPod = `${pod.key}.extraVolumes`;
        const path = `kubernetes.kubeadm.clusterConfiguration.${volumesOfPod}`;
        const volumes = volumesOf(config, pod.key);
        const given = volumes.flatMap(({ mountPath }) => (typeof mountPath === "string" ? [mountPath] : []));
        const mounted = [...pod.mounted, ...(pod.key === "scheduler" ? [] : AUTHORITIES), ...given];
        const clashes = pod.key === "apiServer" ? ownVolumes(config) : [];
        return [
            ...flags.flatMap((flag) => unmounted(flag, mounted, volumesOfPod)),
            ...clashing(volumes, clashes, path),
        ];
    });
}

type Volume = Record<string, unknown>;

function volumesOf({ kubernetes }: SoundConfig, key: string): Volume[] {
    const component = kubernetes?.kubeadm?.clusterConfiguration?.[key];
    const volumes = isGroup(component) ? component.extraVolumes : undefined;
    return Array.isArray(volumes) ? volumes.filter(isGroup) : [];
}

function ownVolumes({ kubernetes }: SoundConfig): string[] {
    const audit = kubernetes?.audit?.level !== undefined && kubernetes.audit.level !== "none";
    return [...(audit || kubernetes?.encryptSecrets ? ["api-server-files"] : []), ...(audit ? ["audit-logs"] : [])];
}

function unmounted({ name, value = "", path }: GivenFlag, mounted: string[], volumes: string): Finding[] {
    const log = name === "audit-log-path";
    if (!value.startsWith("/") || !(log || READS_A_FILE.test(name))) return [];
    if (mounted.some((directory) => value === directory || value.startsWith(`${directory.replace(/\/$/, "")}/`)))
        return [];
    const directory = value.replace(/\/[^/]*$/, "") || "/";
    const message = `no extraVolume mounts ${value}: ${log ? "the log ends with each Pod of the API server" : "the component ends, since its Pod has no such file"}; add to the ClusterConfiguration's ${volumes} {name: ${name}, hostPath: ${directory}, mountPath: ${directory}, pathType: ${log ? "DirectoryOrCreate" : "Directory"}}`;
    return [{ severity: log ? "warning" : "error", path, message }];
}

function clashing(volumes: Volume[], own: string[], path: string): Finding[] {
    const first = new Map<unknown, number>();
    volumes.forEach(({ name }, index) => first.has(name) || first.set(name, index));
    return volumes.flatMap((volume, index) => {
        const { name } = volume;
        const error = (field: string, message: string): Finding => ({
            severity: "error",
            path: `${path}[${index}].${field}`,
            message,
        });
        const findings = ["hostPath", "mountPath"].flatMap((field) => {
            const value = volume[field];
            const misspelt = Object.keys(volume).some(
                (key) => key !== field && key.toLowerCase() === field.toLowerCase(),
            );
            if (misspelt || (value !== undefined && typeof value !== "string")) return [];
            if (value?.startsWith("/")) return [];
            return [error(field, `must be an absolute path; found ${value === undefined ? "nothing" : `"${value}"`}`)];
        });
        if (typeof name === "string" && own.includes(name))
            findings.push(
                error("name", `${name} is the volume of ${OWN_VOLUMES[name] ?? "the program"}: take another name`),
            );
        else if (first.get(name) !== index && typeof name === "string")
            findings.push(error("name", `${name} is that of extraVolumes[${first.get(name)}] already`));
        else if (name === undefined || (typeof name === "string" && !VOLUME_NAME.test(name)))
            findings.push(
                error(
                    "name",
                    `must be at most 63 lower-case letters, digits and '-', as of every volume of a Pod; found ${name === undefined ? "nothing" : `"${name}"`}`,
                ),
            );
        return findings;
    });
}
