import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { configFile, stateDir } from "../lab/paths";
import { LabError } from "../lab/run";
import { insideHost, sshArguments } from "../lab/ssh";
import { labWorkspace } from "../lab/stack";
import { type HostSpec, siteUrl } from "../lab/topology";

/** What a host keeps its images in between two clusters, so that every run starts with warm images. */
const IMAGES = "/var/tmp/bench-images.tar";
/** What plain-ssh.sh puts on every host: what the program has written there, read back from a host of its own. */
const FILES = [
    "/etc/containerd/config.toml",
    "/etc/containerd/certs.d",
    "/etc/systemd/system/kubelet.service",
    "/etc/systemd/system/kubelet.service.d",
    "/etc/modules-load.d/kubeadm-cluster.conf",
    "/etc/sysctl.d/99-kubeadm-cluster.conf",
    // kubeadm.yaml names it: the API server's key for Secrets.
    "/var/lib/kubeadm-cluster/api-server",
];

interface ConfigFile {
    config: Record<string, { name: string }[]>;
}

/** The stack's configuration with these of its nodes alone. */
export function keepNodes(whole: string, names: string[]): void {
    const file = parse(whole) as ConfigFile;
    const key = "kubeadm-cluster:nodes";
    file.config[key] = (file.config[key] ?? []).filter(({ name }) => names.includes(name));
    writeFileSync(configFile(), stringify(file, { lineWidth: 0 }), { mode: 0o600 });
}

async function inside(host: string, script: string): Promise<string> {
    const { code, stdout, stderr } = await insideHost(host, `set -e\n${script}`);
    if (code !== 0) throw new LabError(`on ${host}: ${script} ended with ${code}: ${stderr}`);
    return stdout;
}

/** Keeps the images that a host has, in a file of the host. */
export async function saveImages(host: string): Promise<void> {
    await inside(host, `ctr -n k8s.io images list -q | grep -v ^sha256 | xargs ctr -n k8s.io images export ${IMAGES}`);
}

/** Gives a host the images that it had when saveImages was called. */
export async function warmImages(host: string): Promise<void> {
    await inside(host, `ctr -n k8s.io images import ${IMAGES}`);
}

/** The directory that plain-ssh.sh reads, made of a cluster that stands. `later`: the host that it adds. */
export async function plainInputs(hosts: HostSpec[], later: string): Promise<string> {
    const directory = stateDir("bench");
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const put = (name: string, text: string) => writeFileSync(join(directory, name), text, { mode: 0o600 });
    const master = "master";
    put("kubeadm.yaml", await inside(master, "cat /var/lib/kubeadm-cluster/kubeadm.yaml"));
    const archive = Buffer.from(await inside(master, `tar -c ${FILES.join(" ")} 2>/dev/null | base64`), "base64");
    writeFileSync(join(directory, "files.tar"), archive, { mode: 0o600 });
    // The line of the node's own name comes first, then that of the endpoint's.
    const names = (await inside(master, "grep '# kubeadm-cluster$' /etc/hosts")).trim().split("\n");
    const endpoint = names[1]?.replace(/ #.*/, "") ?? "";
    const kubernetes = (await inside(master, "kubeadm version -o short")).trim();
    const plugins = (await inside(master, "cat /var/lib/kubeadm-cluster/cni-plugins-version")).trim();
    put("settings", `SITE=${siteUrl}\nKUBERNETES=${kubernetes}\nCNI_PLUGINS=${plugins}\nENDPOINT="${endpoint}"\n`);
    put(
        "hosts",
        hosts
            .map(({ name, user, address }) => `${name} ${user}@${address}${name === later ? " later" : ""}\n`)
            .join(""),
    );
    put("ssh", sshArguments(master).slice(0, -1).join("\n"));

    const { deployment } = await labWorkspace().export();
    const objects = (deployment.resources ?? []).filter(
        ({ type, urn }) => type.startsWith("kubernetes:") && urn.includes("::cluster-network-"),
    );
    if (objects.length === 0) throw new LabError("the stack has no objects of a pod network");
    put("network.yaml", objects.map(({ inputs }) => stringify(inputs)).join("---\n"));
    return directory;
}
