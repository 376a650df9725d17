import { directoryForm, isSystem, within } from "./data-dir";
import { isGroup } from "./plain-values";

/** Where kubeadm has etcd's data. */
export const ETCD_DIRECTORY = "/var/lib/etcd";

/** Where etcd's data is by a ClusterConfiguration. */
export function etcdDirectory(cluster: Record<string, unknown>): string {
    const local = isGroup(cluster.etcd) ? cluster.etcd.local : undefined;
    const directory = isGroup(local) ? local.dataDir : undefined;
    return typeof directory === "string" && directory !== "" ? directory : ETCD_DIRECTORY;
}

/** Why a directory cannot be etcd's; undefined where it can. What kubeadm has by default, and all in it, can. */
export function etcdDirectoryProblem(path: string): string | undefined {
    const form = directoryForm(path);
    if (form !== undefined || within(path, ETCD_DIRECTORY)) return form;
    const many = ["/data", "/mnt", "/opt", "/srv", "/var", "/var/lib"];
    if (!isSystem(path) && !many.includes(path)) return undefined;
    return "belongs to others too, and etcd takes no directory that holds anything else: use one of its own, such as /var/lib/etcd or /data/etcd";
}
