import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

/** Scripts of every node. */
export const SCRIPTS = resolve(__dirname, "..", "..", "..", "components", "node", "scripts");
/** Those that only nodes of the control plane have besides. */
export const CONTROL_PLANE_SCRIPTS = join(SCRIPTS, "control-plane");

/** Places on a host that the scripts of a copy find below another directory instead. */
const PLACES =
    /(?<![\w$}])\/((?:etc\/(?:kubernetes|hosts|fstab|modules-load\.d|sysctl\.d|cni|containerd|apt|dnf|yum\.repos\.d|pki|systemd\/system)|usr\/(?:share\/keyrings|local\/s?bin)|opt\/cni|var\/lib\/(?:etcd|kubelet|dpkg)|var\/log\/pods|var\/(?:lib|log)\/kubeadm-cluster|run\/kubeadm-cluster|proc\/(?:\$pid|swaps|sys|filesystems)))/g;

/**
 * Copies the host scripts to `root`/scripts such that they keep their state below `root`, and find programs in
 * `root`/bin before those of this machine.
 */
export function copyScripts(root: string): string {
    const copy = join(root, "scripts");
    mkdirSync(copy);
    for (const directory of [SCRIPTS, CONTROL_PLANE_SCRIPTS]) {
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
