/** Directories of the system, of programs and of the cluster itself: neither they nor what holds them may be emptied. */
const SYSTEM = [
    ...[
        "/bin",
        "/boot",
        "/dev",
        "/efi",
        "/etc",
        "/home",
        "/lib",
        "/lib32",
        "/lib64",
        "/libx32",
        "/lost+found",
        "/media",
    ],
    ...[
        "/opt/cni",
        "/opt/containerd",
        "/opt/kubeadm-cluster",
        "/proc",
        "/root",
        "/run",
        "/sbin",
        "/sys",
        "/tmp",
        "/usr",
    ],
    ...["/var/backups", "/var/cache", "/var/lock", "/var/log", "/var/mail", "/var/run", "/var/spool", "/var/tmp"],
];

/** What lives in /var/lib beside others; a name with * stands for all that begin so. */
const IN_VAR_LIB = [
    ...[
        "apt",
        "apt-*",
        "calico",
        "ceph",
        "cni",
        "containerd",
        "containers",
        "cloud",
        "crio",
        "dbus",
        "dhclient",
        "dhcp",
    ],
    ...[
        "dnf",
        "docker",
        "dpkg",
        "etcd",
        "flannel",
        "git",
        "initramfs-tools",
        "kubeadm-cluster",
        "kube-proxy",
        "kubelet",
    ],
    ...[
        "kubernetes",
        "logrotate",
        "misc",
        "nfs",
        "NetworkManager",
        "os-prober",
        "pam",
        "polkit-1",
        "private",
        "python",
    ],
    ...["rpm", "selinux", "snapd", "sudo", "systemd", "ucf", "update-*", "usbutils", "vim", "weave", "xml-core", "yum"],
];

/** Whether a path is a directory or in it. */
export const within = (path: string, directory: string) => path === directory || path.startsWith(`${directory}/`);

/** Whether a path belongs to the system, to programs or to the cluster. */
export function isSystem(path: string): boolean {
    const [name = ""] = within(path, "/var/lib") ? path.split("/").slice(3) : [];
    const known = (each: string) => (each.endsWith("*") ? name.startsWith(each.slice(0, -1)) : name === each);
    return SYSTEM.some((directory) => within(path, directory)) || IN_VAR_LIB.some(known);
}

/** What is wrong with the form of a directory's path; undefined = nothing. */
export function directoryForm(path: string): string | undefined {
    if (!/^(\/[A-Za-z0-9._-]+)+$/.test(path))
        return "must be an absolute path of letters, digits, '.', '_' and '-', without a final and without a double slash";
    if (/\/\.{1,2}(\/|$)/.test(path)) return "must not have . or .. in it";
    return undefined;
}

/**
 * Why a directory cannot be Ceph's own, which a destroy with destroyData empties; undefined where it can.
 * @param path as it is configured
 */
export function dataDirProblem(path: string): string | undefined {
    const form = directoryForm(path);
    if (form !== undefined) return form;
    const advice = "a destroy may empty it: use a directory of its own, such as /var/lib/rook or /data/rook";
    if (isSystem(path)) return `belongs to the system or to the cluster, and ${advice}`;
    const depth = path.split("/").length - 1;
    if (depth < (within(path, "/var") ? 3 : 2)) return `is a directory of many things, and ${advice}`;
    return undefined;
}
