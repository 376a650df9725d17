import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import * as yaml from "yaml";
import * as lab from "../../lab/api";
import { ensureEngine, run } from "../../lab/engine";

/** Runs a lab command and fails with its output; gives what it printed. */
export async function labCommand(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await lab.runLab(args);
    assert.equal(code, 0, `lab ${args.join(" ")} ended with ${code}:\n${stdout}\n${stderr}`);
    return stdout;
}

/** Runs a command beside `pulumi` for the lab's stack, as `npm run NAME -- ARGUMENTS` does. */
export async function command(name: string, ...args: string[]) {
    const { backend, passphrase } = lab.labWorkspace().settings;
    const { env: engine } = await ensureEngine();
    const env = { ...engine, PULUMI_BACKEND_URL: `file://${backend}`, PULUMI_CONFIG_PASSPHRASE: passphrase };
    const program = ["--import", "tsx", join(lab.projectDir, "commands", name, "main.ts")];
    const all = [...program, ...args, "--stack", "lab", "--config-file", lab.configFile()];
    return run(process.execPath, all, { cwd: lab.projectDir, env, timeout: 300 });
}

export type Settings = Record<string, unknown>;
export interface NodeSettings extends Settings {
    name: string;
    hostKey: string;
}

/** Changes the configuration of the lab's stack, its keys without their namespace. */
export function editConfig(change: (config: Record<string, Settings>, nodes: NodeSettings[]) => void): void {
    const file = yaml.parse(readFileSync(lab.configFile(), "utf8")) as { config: Record<string, Settings> };
    const namespace = "kubeadm-cluster:";
    const keys = Object.entries(file.config).map(([key, value]) => [key.replace(namespace, ""), value] as const);
    const config = Object.fromEntries(keys);
    change(config, config.nodes as unknown as NodeSettings[]);
    file.config = Object.fromEntries(Object.entries(config).map(([key, value]) => [namespace + key, value]));
    writeFileSync(lab.configFile(), yaml.stringify(file, { lineWidth: 0 }));
}

/** kubectl as administrator, on a master and without SSH, so that no login is counted. */
export async function kubectl(args: string, input = "", master = "master"): Promise<string> {
    const feed = input ? `<<'DOCUMENTS'\n${input}\nDOCUMENTS\n` : "";
    const { code, stdout, stderr } = await lab.insideHost(
        master,
        `cd /; KUBECACHEDIR=/run/kubectl-cache kubectl --kubeconfig /etc/kubernetes/admin.conf ${args} ${feed}`,
    );
    assert.equal(code, 0, `kubectl ${args} ended with ${code}:\n${stdout}${stderr}`);
    return stdout.trim();
}

/** Names of the nodes that are Ready, as a master has them. */
export async function readyNodes(master = "master"): Promise<string[]> {
    const template = `{range .items[*]}{.metadata.name}={.status.conditions[?(@.type=="Ready")].status} {end}`;
    const nodes = await kubectl(`get nodes -o 'jsonpath=${template}'`, "", master);
    return nodes
        .split(" ")
        .filter((node) => node.endsWith("=True"))
        .map((node) => node.replace("=True", ""));
}

/** Tries until it holds; fails with the last reason after `seconds`. */
export async function eventually(seconds: number, check: () => Promise<void>): Promise<void> {
    const deadline = Date.now() + seconds * 1000;
    for (;;) {
        try {
            return await check();
        } catch (error) {
            if (Date.now() > deadline) throw error;
        }
        await sleep(1000);
    }
}

/** Seconds that `pulumi up` took by the lab's last line. */
export function upSeconds(printed: string): number {
    const took = /pulumi up (?:(\d+) min )?(\d+(?:\.\d+)?) s/.exec(printed);
    assert.ok(took, `no time in the last line of the lab:\n${printed.slice(-300)}`);
    return Number(took[1] ?? 0) * 60 + Number(took[2]);
}

/** How many SSH logins each host has accepted so far. */
export async function logins(names: string[]): Promise<Record<string, number>> {
    const counts = await Promise.all(names.map((name) => lab.sshLogins(name)));
    return Object.fromEntries(names.map((name, index) => [name, counts[index] ?? 0]));
}

/** A digest of what a node could leave on a host: files, interfaces, rules, units, mounts, hosts file. */
export async function hostDigest(name: string): Promise<string> {
    const script = `
        for d in /etc/kubernetes /etc/cni /opt/cni /opt/kubeadm-cluster /var/lib/kubelet /var/lib/etcd /var/lib/cni \
            /var/lib/weave /var/lib/kubeadm-cluster /var/log/kubeadm-cluster /run/flannel /etc/containerd /usr/local/bin \
            /etc/systemd/system/kubelet.service* /etc/modules-load.d /etc/sysctl.d ~root/.kube; do
            find $d ! -type d -exec sha256sum {} + 2>/dev/null
        done
        cat /etc/hosts /etc/fstab
        ip -o link show | awk '{ print $2 }'
        ip -4 route show
        for save in iptables-nft-save iptables-legacy-save; do
            command -v $save >/dev/null && $save 2>/dev/null | grep -E 'KUBE|FLANNEL|WEAVE|CNI|flannel'
        done
        grep -E ' /var/lib/(kubelet|containerd)/| /run/(containerd|netns)/' /proc/mounts
        ls /etc/systemd/system
        ps -eo comm= | grep -E '^(kube|etcd|flanneld|coredns|pause)'
        true`;
    const { stdout } = await lab.insideHost(name, script);
    return stdout;
}

/** Two Pods on two workers, and a Service in front of the second. */
export const WEB = `
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec:
  nodeName: worker-2
  terminationGracePeriodSeconds: 1
  containers: [{name: web, image: docker.io/lab/busybox:1, command: [sh, -c, "mkdir /www; echo from-worker-2 >/www/index.html; exec httpd -f -p 8080 -h /www"]}]
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
---
apiVersion: v1
kind: Pod
metadata: {name: client}
spec:
  nodeName: worker-1
  terminationGracePeriodSeconds: 1
  containers: [{name: client, image: docker.io/lab/busybox:1, command: [sh, -c, "exec sleep 3600"]}]
`;
