import { posix } from "node:path";
import { isGroup } from "../plain-values";
import type { Finding, GivenFlag } from "../flags/lint";
import { givenFlags } from "./given-flags";
import type { SoundConfig } from "./sound-config";

/** A component of the control plane: its key in the configuration, and kubeadm's own volumes of its Pod, by name. */
interface Pod {
    key: "apiServer" | "controllerManager" | "scheduler";
    volumes: Record<string, string>;
}

/** Authorities of the host, for the API server and the controller manager; those that are there. */
const AUTHORITIES = {
    "ca-certs": "/etc/ssl/certs",
    "etc-ca-certificates": "/etc/ca-certificates",
    "usr-share-ca-certificates": "/usr/share/ca-certificates",
    "usr-local-share-ca-certificates": "/usr/local/share/ca-certificates",
    "etc-pki": "/etc/pki",
};
const CERTIFICATES = { "k8s-certs": "/etc/kubernetes/pki" };
const PODS: Record<string, Pod> = {
    "kube-apiserver": { key: "apiServer", volumes: { ...CERTIFICATES, ...AUTHORITIES } },
    "kube-controller-manager": {
        key: "controllerManager",
        volumes: {
            ...CERTIFICATES,
            ...AUTHORITIES,
            kubeconfig: "/etc/kubernetes/controller-manager.conf",
            "flexvolume-dir": "/usr/libexec/kubernetes/kubelet-plugins/volume/exec",
        },
    },
    "kube-scheduler": { key: "scheduler", volumes: { kubeconfig: "/etc/kubernetes/scheduler.conf" } },
};
/** Volumes of the API server that the program makes itself, with what calls for each and where it is. */
const OWN_VOLUMES: Record<string, { of: string; mountPath: string }> = {
    "api-server-files": {
        of: "the program's own files of the API server",
        mountPath: "/var/lib/kubeadm-cluster/api-server",
    },
    "audit-logs": { of: "kubernetes.audit", mountPath: "/var/log/kubeadm-cluster/audit" },
};
const VOLUME_NAME = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
/** Flags that are called as the below and name no file. */
const NO_FILE = ["runtime-config"];
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
        const mounted = [...Object.values(pod.volumes), ...given];
        return [
            ...flags.flatMap((flag) => unmounted(flag, mounted, volumesOfPod)),
            ...clashing(volumes, { ...pod.volumes, ...(pod.key === "apiServer" ? ownVolumes(config) : {}) }, path),
        ];
    });
}

type Volume = Record<string, unknown>;

function volumesOf({ kubernetes }: SoundConfig, key: string): Volume[] {
    const component = kubernetes?.kubeadm?.clusterConfiguration?.[key];
    const volumes = isGroup(component) ? component.extraVolumes : undefined;
    return Array.isArray(volumes) ? volumes.filter(isGroup) : [];
}

function ownVolumes({ kubernetes }: SoundConfig): Record<string, string> {
    const audit = kubernetes?.audit?.level !== undefined && kubernetes.audit.level !== "none";
    const names = [
        ...(audit || kubernetes?.encryptSecrets ? ["api-server-files"] : []),
        ...(audit ? ["audit-logs"] : []),
    ];
    return Object.fromEntries(names.map((name) => [name, OWN_VOLUMES[name]?.mountPath ?? ""]));
}

function unmounted({ name, value = "", path }: GivenFlag, mounted: string[], volumes: string): Finding[] {
    const log = name === "audit-log-path";
    if (value === "" || (log && value === "-") || !(log || (READS_A_FILE.test(name) && !NO_FILE.includes(name))))
        return [];
    if (!value.startsWith("/"))
        return [{ severity: "error", path, message: `must be an absolute path; found "${value}"` }];
    const file = posix.normalize(value);
    if (mounted.some((directory) => file === directory || file.startsWith(`${directory.replace(/\/$/, "")}/`)))
        return [];
    // The directory of a log must be there before the log is; that of a file may hold what the component's own image needs.
    const place = log ? posix.dirname(file) : file;
    const message = `no extraVolume mounts ${file}: ${log ? "the log ends with each Pod of the API server" : "the component ends, since its Pod has no such file"}; add to the ClusterConfiguration's ${volumes} {name: ${name}, hostPath: ${place}, mountPath: ${place}, pathType: ${log ? "DirectoryOrCreate" : "File"}}`;
    return [{ severity: log ? "warning" : "error", path, message }];
}

// kubeadm lets a volume take the place of its own one of that name; a Pod with one path twice is refused by the kubelet.
function clashing(volumes: Volume[], own: Record<string, string>, path: string): Finding[] {
    const first = new Map<unknown, number>();
    volumes.forEach(({ name }, index) => first.has(name) || first.set(name, index));
    const paths = volumes.map(({ mountPath }) =>
        typeof mountPath === "string" ? mountPath.replace(/(.)\/+$/, "$1") : "",
    );
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
            if (field === "mountPath" && value === "/")
                return [error(field, "must not be /, where the component's own image is")];
            if (value?.startsWith("/")) return [];
            return [error(field, `must be an absolute path; found ${value === undefined ? "nothing" : `"${value}"`}`)];
        });
        const twice = paths.indexOf(paths[index] ?? "");
        const other = Object.keys(own).find((one) => own[one] === paths[index]);
        if (paths[index] !== "" && (other !== undefined || twice !== index)) {
            const whose = other === undefined ? `extraVolumes[${twice}]` : `the volume ${other} of ${ownerOf(other)}`;
            findings.push(error("mountPath", `${paths[index]} is that of ${whose} already: take another path`));
        }
        if (typeof name === "string" && Object.hasOwn(own, name))
            findings.push(error("name", `${name} is the volume of ${ownerOf(name)}: take another name`));
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

const ownerOf = (name: string) => OWN_VOLUMES[name]?.of ?? "kubeadm";
