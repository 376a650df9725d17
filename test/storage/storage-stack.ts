/* eslint-disable @typescript-eslint/no-unsafe-member-access -- tests look into objects of any kind */
import { execFileSync, spawn } from "node:child_process";
import {
    chmodSync,
    closeSync,
    cpSync,
    existsSync,
    mkdirSync,
    mkdtempSync,
    openSync,
    readdirSync,
    readFileSync,
    rmSync,
    writeFileSync,
    writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { type PulumiOptions, type Result, Workspace } from "../../lab/engine";
import { cacheDir } from "../../lab/paths";
import { type Json, Objects } from "../doubles/rook-operator-api";
import { RookOperatorDouble } from "../doubles/rook-operator";
import { type Answer, type Execution, SshServer } from "../doubles/ssh-server";
import { missingProgram, startApiServer } from "../plugins/api-server";
import { upstream } from "../upstream";
import type { StorageSettings } from "./program";

const repository = path.resolve(__dirname, "../..");
const release = upstream("rook-1.16.1");
const kubectlDirectory = cacheDir("site", "v1.32.0", "bin", "linux", "amd64");

/** What these tests need and is not here; undefined = nothing. */
export function missing(): string | undefined {
    if (process.getuid?.() !== 0 || !existsSync("/dev/loop-control")) return "root and loop devices";
    return [release, path.join(kubectlDirectory, "kubectl")].find((file) => !existsSync(file)) ?? missingProgram();
}

/** A host of which only the storage's own scripts are real: they run here, below a directory of the host's own. */
class ScriptHost {
    private constructor(
        readonly name: string,
        readonly root: string,
        readonly ssh: SshServer,
        /** A raw loop device of 40 MB. */
        readonly device: string,
    ) {}

    /** Where the Ceph daemons of this host keep their files. */
    get dataDir(): string {
        return path.join(this.root, "var/lib/rook");
    }

    /** What is on the device by its own bytes; nothing on a raw one. */
    get signature(): string {
        try {
            return execFileSync("blkid", ["-p", "-o", "value", "-s", "TYPE", this.device], { encoding: "utf8" }).trim();
        } catch {
            return "";
        }
    }

    /** What an OSD leaves on the host: files, and on the device the first bytes of BlueStore's label. */
    becomeOsd(device: string): void {
        mkdirSync(path.join(this.dataDir, "rook-ceph"), { recursive: true });
        writeFileSync(path.join(this.dataDir, "rook-ceph/keyring"), "not a key");
        const file = openSync(device, "r+");
        writeSync(file, "bluestore block device\n");
        closeSync(file);
    }

    /** What Rook's clean-up Job does, and what it was seen to leave. */
    cleanUp(): void {
        rmSync(path.join(this.dataDir, "rook-ceph"), { recursive: true, force: true });
        mkdirSync(path.join(this.dataDir, "exporter"), { recursive: true });
        writeFileSync(path.join(this.dataDir, "exporter/ceph-mon.a.asok"), "");
        execFileSync("dd", ["if=/dev/zero", `of=${this.device}`, "bs=1M", "count=1", "conv=notrunc", "status=none"]);
    }

    async close(): Promise<void> {
        execFileSync("losetup", ["-d", this.device]);
        await this.ssh.close();
    }

    static async start(name: string, root: string, kubeconfig: string): Promise<ScriptHost> {
        mkdirSync(path.join(root, "scripts"), { recursive: true });
        writeFileSync(path.join(root, "admin.conf"), kubeconfig, { mode: 0o600 });
        // It is a node of the cluster already.
        writeFileSync(path.join(root, "kubelet.conf"), "");
        const node = path.join(repository, "components/node/scripts/lib.sh");
        cpSync(node, path.join(root, "scripts/lib.sh"));
        cpSync(path.join(repository, "components/storage/scripts"), path.join(root, "scripts"), { recursive: true });
        for (const file of readdirSync(path.join(root, "scripts"))) {
            const script = path.join(root, "scripts", file);
            const text = readFileSync(script, "utf8")
                .replaceAll("/var/lib/kubeadm-cluster", `${root}/state`)
                .replaceAll("/var/log/kubeadm-cluster", `${root}/log`)
                .replaceAll("/run/kubeadm-cluster.lock", `${root}/lock`)
                .replaceAll("/etc/kubernetes/", `${root}/`)
                .replaceAll("/var/lib/kubelet", `${root}/kubelet`)
                .replace("PATH=", `PATH=${kubectlDirectory}:`)
                .replace(/^read_inputs DEVICES DATA_DIR.*$/m, `$&\nDATA_DIR=${root}$DATA_DIR`);
            writeFileSync(script, text);
            chmodSync(script, 0o700);
        }
        const ssh = await SshServer.start({ handler: (execution) => host.run(execution) });
        execFileSync("truncate", ["-s", "40M", path.join(root, "disk")]);
        const device = execFileSync("losetup", ["-f", "--show", path.join(root, "disk")], { encoding: "utf8" }).trim();
        const host: ScriptHost = new ScriptHost(name, root, ssh, device);
        return host;
    }

    /** The scripts that were run, with their arguments. */
    get scripts(): string[] {
        return this.ssh.commands.map((command) => command.replace(/^.*\/opt\/kubeadm-cluster\//, ""));
    }

    private run({ command, stdin }: Execution): Promise<Answer> {
        const here = command.replaceAll("/opt/kubeadm-cluster", path.join(this.root, "scripts"));
        return new Promise((resolve) => {
            const child = spawn("bash", ["-c", here], { stdio: ["pipe", "pipe", "pipe"] });
            const answer = { stdout: "", stderr: "" };
            child.stdout.on("data", (data) => (answer.stdout += String(data)));
            child.stderr.on("data", (data) => (answer.stderr += String(data)));
            child.stdin.on("error", () => undefined);
            child.stdin.end(stdin);
            child.on("close", (code) => resolve({ ...answer, code: code ?? 255 }));
        });
    }
}

/** One node of the cluster in a test: its taint is kept unless it is schedulable. */
export interface TestNode {
    name: string;
    role: "control-plane" | "worker";
    schedulable?: boolean;
}

/** The storage alone under the real engine: real API server and CRDs, real scripts, and a double of the operator. */
export class StorageStack {
    readonly hosts: ScriptHost[] = [];
    settings: Record<string, unknown>;

    private constructor(
        readonly directory: string,
        readonly api: Awaited<ReturnType<typeof startApiServer>>,
        readonly operator: RookOperatorDouble,
        readonly nodes: TestNode[],
        readonly workspace: Workspace,
    ) {
        this.settings = { addOn: "rook", manifests: release, waitSeconds: 60, operator: { allowLoopDevices: true } };
    }

    static async start(nodes: TestNode[]): Promise<StorageStack> {
        const directory = mkdtempSync(path.join(tmpdir(), "storage-stack-"));
        const api = await startApiServer();
        const operator = new RookOperatorDouble(
            api,
            nodes.map(({ name }) => name),
        );
        const workspace = new Workspace({
            program: path.join(__dirname, "program"),
            backend: path.join(directory, "backend"),
            passphrase: "a test",
            stack: "storage",
            env: { STORAGE_SETTINGS: path.join(directory, "settings.json"), KUBECONFIG: "" },
        });
        const stack = new StorageStack(directory, api, operator, nodes, workspace);
        for (const { name } of nodes) {
            stack.hosts.push(await ScriptHost.start(name, path.join(directory, name), api.kubeconfig));
        }
        // Every worker, or else the master, gives its device.
        stack.settings.nodes = nodes
            .filter((node) => node.role === "worker" || nodes.length === 1)
            .map(({ name }) => ({ name, devices: [stack.host(name).device] }));
        operator.onOsd = (name, device) => stack.host(name).becomeOsd(device);
        operator.onCleanup = (name) => stack.host(name).cleanUp();
        await workspace.init();
        return stack;
    }

    get objects(): Objects {
        return this.operator.objects;
    }

    host(name: string): ScriptHost {
        const host = this.hosts.find((one) => one.name === name);
        if (host === undefined) throw new Error(`there is no host ${name}`);
        return host;
    }

    private configure(more: Record<string, unknown>): void {
        this.settings = { ...this.settings, ...more };
        const nodes = this.nodes.map((node, index) => {
            const { port, host, hostKey } = (this.hosts[index] as ScriptHost).ssh;
            return { ...node, taints: [], connection: { host, port, hostKey, password: "any" } };
        });
        const settings: StorageSettings = { kubeconfig: this.api.kubeconfig, storage: this.settings, nodes };
        writeFileSync(path.join(this.directory, "settings.json"), JSON.stringify(settings));
        for (const host of this.hosts) host.ssh.forget();
    }

    /** `pulumi up` with these settings over the last ones, which has to succeed. */
    async up(more: Record<string, unknown> = {}, args: string[] = []): Promise<Result> {
        const result = await this.tryUp(more, args);
        if (result.code !== 0) throw new Error(`pulumi up failed:\n${result.stdout}${result.stderr}`);
        return result;
    }

    tryUp(more: Record<string, unknown> = {}, args: string[] = []): Promise<Result> {
        this.configure(more);
        return this.workspace.up(args);
    }

    async destroy(options: PulumiOptions = {}): Promise<Result> {
        for (const host of this.hosts) host.ssh.forget();
        return this.workspace.destroy([], options);
    }

    /** Makes a claim of a class in the namespace default, and waits until it has its volume. */
    async claim(name: string, storageClassName: string): Promise<void> {
        await this.objects.create("persistentvolumeclaims", "default", {
            metadata: { name },
            spec: { storageClassName, accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Mi" } } },
        });
        await this.until(async () => {
            const claim = await this.objects.get("persistentvolumeclaims", "default", name);
            return claim?.status.phase === "Bound";
        }, `the claim ${name}`);
    }

    /** Waits for what another part of the cluster brings about. */
    async until(holds: () => Promise<boolean>, what: string): Promise<void> {
        const end = Date.now() + 60_000;
        while (!(await holds())) {
            if (Date.now() > end) throw new Error(`${what} did not come about within 60 s`);
            await new Promise((resolve) => setTimeout(resolve, 200));
        }
    }

    /** What of Rook is still in the cluster, as KIND/NAME. */
    async leftovers(): Promise<string[]> {
        const crds = (await this.api.request("GET", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"))
            .body as Json;
        const namespace = await this.api.request("GET", "/api/v1/namespaces/rook-ceph");
        const roles = (await this.api.request("GET", "/apis/rbac.authorization.k8s.io/v1/clusterroles")).body as Json;
        const names = (list: Json, kind: string): string[] =>
            (list.items as Json[]).map((item) => `${kind}/${item.metadata.name as string}`);
        return [
            ...names(crds, "crd"),
            ...(namespace.status === 200 ? ["namespace/rook-ceph"] : []),
            ...names(roles, "clusterrole").filter((name) => /rook|csi/.test(name)),
            ...names({ items: await this.objects.list("persistentvolumes") }, "volume"),
            ...names({ items: await this.objects.list("storageclasses") }, "class"),
        ];
    }

    async close(): Promise<void> {
        await this.operator.stop();
        await Promise.all(this.hosts.map((host) => host.close()));
        await this.api.stop();
        rmSync(this.directory, { recursive: true, force: true });
    }
}
