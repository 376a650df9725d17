/* eslint-disable @typescript-eslint/no-unsafe-member-access -- tests look into objects of any kind */
import { existsSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { type PulumiOptions, type Result, Workspace } from "../lab/engine";
import { type Json, Objects } from "../doubles/rook-operator-api";
import { RookOperatorDouble } from "../doubles/rook-operator";
import { missingProgram, startApiServer } from "../plugins/api-server";
import { upstream } from "../upstream";
import { ownDirectory, removeDirectory } from "./loop-device";
import type { StorageSettings } from "./program";
import { kubectlDirectory, ScriptHost } from "./script-host";

const release = upstream("rook-1.16.1");

/** What these tests need and is not here; undefined = nothing. */
export function missing(): string | undefined {
    if (process.getuid?.() !== 0 || !existsSync("/dev/loop-control")) return "root and loop devices";
    return [release, path.join(kubectlDirectory, "kubectl")].find((file) => !existsSync(file)) ?? missingProgram();
}

// Writing megabytes of state after every step is most of an up's work; who is not killed needs only the last.
const ONE_CHECKPOINT = { PULUMI_EXPERIMENTAL: "true", PULUMI_SKIP_CHECKPOINTS: "true" };

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
        const directory = ownDirectory();
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
        return this.workspace.up(args, { env: ONE_CHECKPOINT });
    }

    /** The plan, made while no host answers and nothing is in the cluster. */
    preview(): Promise<Result> {
        this.configure({});
        return this.workspace.ok(["preview"]);
    }

    /** Takes what the cluster is like into the state. */
    refresh(): Promise<Result> {
        return this.workspace.ok(["refresh", "--yes", "--skip-preview"], { env: ONE_CHECKPOINT });
    }

    destroy(options: PulumiOptions = {}): Promise<Result> {
        for (const host of this.hosts) host.ssh.forget();
        return this.workspace.destroy([], { env: ONE_CHECKPOINT, ...options });
    }

    /** A destroy that is killed with all its plug-ins as soon as it has come so far; the stack is unlocked after it. */
    async destroyKilledWhen(reached: () => Promise<boolean>): Promise<Result> {
        let leader = 0;
        let ended = false;
        let working = false;
        const onOutput = (text: string): void => void (working ||= text.includes("deleting"));
        const running = this.destroy({ env: {}, onOutput, onStart: (pid) => (leader = pid) }).finally(
            () => (ended = true),
        );
        while (!ended && !(working && (await reached()))) await new Promise((resolve) => setTimeout(resolve, 20));
        if (!ended) process.kill(-leader, "SIGKILL");
        const result = await running;
        await this.workspace.release();
        return result;
    }

    /** Deletes the operator, as a user might, and waits until it runs no more. */
    async removeOperator(): Promise<void> {
        await this.objects.remove("deployments", "rook-ceph", "rook-ceph-operator");
        await this.until(async () => {
            const pods = await this.objects.list("pods", "rook-ceph");
            return pods.every((pod) => pod.metadata.labels.app !== "rook-ceph-operator");
        }, "the operator's end");
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
        const end = Date.now() + 120_000;
        while (!(await holds())) {
            if (Date.now() > end) throw new Error(`${what} did not come about within 120 s`);
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
        removeDirectory(this.directory);
    }
}
