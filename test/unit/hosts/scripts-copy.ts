import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CONTROL_PLANE_SCRIPTS, NODE_SCRIPTS } from "../../../components/hosts/script-directories";

/** A script of a host or of the control plane, where it lies in the tree. */
export function scriptPath(name: string): string {
    const found = [...NODE_SCRIPTS, ...CONTROL_PLANE_SCRIPTS].map((directory) => join(directory, name));
    const path = found.find((one) => existsSync(one));
    if (path === undefined) throw new Error(`no script ${name} is in any of ${found.join(", ")}`);
    return path;
}

/** Places on a host that the scripts of a copy find below another directory instead. */
const PLACES =
    /(?<![\w$}])\/((?:etc\/(?:kubernetes|selinux|debian_version|hosts|fstab|cloud|NetworkManager|os-release|systemd\/network|modules-load\.d|sysctl\.d|cni|containerd|apt|dnf|yum\.repos\.d|pki|systemd\/system)|usr\/(?:share\/keyrings|local\/s?bin|lib\/systemd)|opt\/cni|var\/lib\/(?:etcd|kubelet|dpkg|dnf|cloud)|var\/cache\/dnf|var\/log\/pods|var\/(?:lib|log)\/kubeadm-cluster|run\/(?:kubeadm-cluster|systemd)|proc\/(?:\$pid|swaps|sys|filesystems)))/g;

/**
 * Copies the host scripts to `root`/scripts such that they keep their state below `root`, and find programs in
 * `root`/bin before those of this machine.
 */
export function copyScripts(root: string): string {
    const copy = join(root, "scripts");
    mkdirSync(copy);
    for (const directory of [...NODE_SCRIPTS, ...CONTROL_PLANE_SCRIPTS]) {
        for (const name of readdirSync(directory).filter((one) => one.endsWith(".sh"))) {
            const text = readFileSync(join(directory, name), "utf8")
                .replace(PLACES, `${root}/$1`)
                .replace("export PATH=", `export PATH=${join(root, "bin")}:`);
            writeFileSync(join(copy, name), text, { mode: statSync(join(directory, name)).mode });
        }
    }
    for (const directory of ["bin", "run", "etc/kubernetes", "var/lib"])
        mkdirSync(join(root, directory), { recursive: true });
    return copy;
}
