import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { stringify } from "yaml";
import { type ExportedResource, Workspace, type PulumiOptions, type Result, type StackExport } from "../lab/engine";
import { PassphraseSecrets } from "../lab/secret";
import { ApiServer } from "../doubles/api-server";
import { Journal, SimulatedHost, soundKeyPair, type Step } from "../doubles/simulated-host";
import type { KeyPair } from "../doubles/ssh-server";

const PROGRAM = resolve(__dirname, "..", "..");
const PASSPHRASE = "simulated";
const NAMESPACE = "kubeadm-cluster";
/** Hosts are in 127.0.0.0/16, from 127.0.0.11 on; the first is the master. */
const hostAddress = (number: number): string => `127.0.${(11 + number) >> 8}.${(11 + number) & 255}`;

/** Settings of the stack as in Pulumi.STACK.yaml, without the namespace. */
export type Settings = Record<string, unknown>;

export interface NodeSettings {
    name: string;
    role: string;
    [field: string]: unknown;
}

/** The repository's own program under the real engine, on a file backend of its own, with simulated hosts. */
export class SimulatedStack {
    readonly directory = mkdtempSync(join(tmpdir(), "simulated-stack-"));
    readonly hosts = new Map<string, SimulatedHost>();
    readonly journal = new Journal();
    /** Settings besides the nodes. */
    settings: Settings;
    /** Further keys of the configuration, with their namespaces. */
    more: Settings = {};
    /** Nodes of the configuration, in its order; hosts exist for those that were there at some time. */
    nodes: NodeSettings[] = [];
    login: KeyPair = soundKeyPair();
    readonly workspace: Workspace;
    private readonly secrets = new PassphraseSecrets(PASSPHRASE);
    private readonly configFile = join(this.directory, "Pulumi.simulated.yaml");
    private readonly keys = [this.login.public];

    private constructor(
        readonly api: ApiServer,
        private readonly program: string,
    ) {
        this.settings = {
            // The least that the provider's pauses between its tries can be made to last.
            ssh: { waitSeconds: 10 },
            kubernetes: { controlPlaneEndpoint: `${api.address}:${api.port}` },
            network: { addOn: "flannel" },
        };
        this.workspace = new Workspace({
            program,
            backend: join(this.directory, "backend"),
            configFile: this.configFile,
            passphrase: PASSPHRASE,
            stack: "simulated",
            env: { KUBECONFIG: "", SSH_AUTH_SOCK: "" },
        });
    }

    /**
     * A stack of one master and some workers, worker-1 of them reached as a user with sudo. Nothing is deployed yet.
     * @param program directory of the program that makes it. Default: this repository's
     */
    static async start(workers: number, program = PROGRAM): Promise<SimulatedStack> {
        const api = await ApiServer.start(hostAddress(0));
        const stack = new SimulatedStack(api, program);
        await stack.add("master", "control-plane");
        for (let number = 1; number <= workers; number++) {
            await stack.add(`worker-${number}`, "worker", number === 1 ? { ssh: { user: "admin" } } : {});
        }
        stack.configure();
        await stack.init();
        return stack;
    }

    /** A stack as it was written down at another time: none of its hosts is there, and neither is its API server. */
    static async recorded(config: string, state: StackExport): Promise<SimulatedStack> {
        const stack = new SimulatedStack(await ApiServer.start(hostAddress(0)), PROGRAM);
        writeFileSync(stack.configFile, config, { mode: 0o600 });
        await stack.init();
        const file = join(stack.directory, "state.json");
        writeFileSync(file, JSON.stringify(state), { mode: 0o600 });
        await stack.workspace.ok(["stack", "import", "--file", file]);
        return stack;
    }

    private async init(): Promise<void> {
        // Beside a project file alone: the CLI writes the new stack's settings into the directory of the program.
        const project = join(this.directory, "project");
        const { settings } = this.workspace;
        mkdirSync(project);
        writeFileSync(join(project, "Pulumi.yaml"), readFileSync(join(this.program, "Pulumi.yaml")));
        await new Workspace({ ...settings, program: project, configFile: undefined }).init();
    }

    /** A new bare host, and its node in the configuration. `keys`: who may log in, if it is not the stack's own key. */
    async add(name: string, role: string, settings: Settings = {}, keys = this.keys): Promise<SimulatedHost> {
        const address = hostAddress(this.hosts.size);
        const { journal, api } = this;
        const host = await SimulatedHost.start({ name, address, keys, journal, api });
        this.hosts.set(name, host);
        const ssh = { port: host.port, ...(settings.ssh as object | undefined) };
        this.nodes.push({ name, role, address, hostKey: host.ssh.hostKey, ...settings, ssh });
        return host;
    }

    /** Another bare host of this name under a node's name. The one before stays where it is. */
    async exchange(node: string, name: string): Promise<SimulatedHost> {
        const host = await this.add(name, this.node(node).role);
        this.remove(name);
        Object.assign(this.node(node), { address: host.address, hostKey: host.ssh.hostKey, ssh: { port: host.port } });
        return host;
    }

    host(name: string): SimulatedHost {
        const host = this.hosts.get(name);
        if (!host) throw new Error(`there is no host ${name}`);
        return host;
    }

    node(name: string): NodeSettings {
        const node = this.nodes.find((one) => one.name === name);
        if (!node) throw new Error(`there is no node ${name}`);
        return node;
    }

    /** All hosts let this key in, and no other one; the configuration holds it from the next `configure` on. */
    rotateKey(): void {
        this.login = soundKeyPair();
        this.keys.splice(0, this.keys.length, this.login.public);
    }

    /** The program does not know this node any more. */
    remove(name: string): void {
        this.nodes = this.nodes.filter((node) => node.name !== name);
    }

    /** The stack's configuration as it was written last. */
    get written(): string {
        return readFileSync(this.configFile, "utf8");
    }

    /** Writes the stack's configuration. */
    configure(): void {
        const plain: Settings = { ...this.settings, nodes: this.nodes };
        const config = {
            [`${NAMESPACE}:sshPrivateKey`]: { secure: this.secrets.encrypt(this.login.private) },
            ...Object.fromEntries(Object.entries(plain).map(([key, value]) => [`${NAMESPACE}:${key}`, value])),
            ...this.more,
        };
        writeFileSync(this.configFile, stringify({ encryptionsalt: this.secrets.salt, config }), { mode: 0o600 });
    }

    /** `pulumi up` with the configuration as it is now, which has to succeed. */
    async up(args: string[] = []): Promise<Result> {
        const result = await this.tryUp(args);
        if (result.code !== 0) throw new Error(`pulumi up failed:\n${result.stdout}${result.stderr}`);
        return result;
    }

    async tryUp(args: string[] = [], options: PulumiOptions = {}): Promise<Result> {
        this.configure();
        this.forget();
        return this.workspace.up(args, options);
    }

    /** Forgets what the hosts and the API server have recorded. */
    forget(): void {
        this.journal.forget();
        this.api.forget();
        for (const { ssh } of this.hosts.values()) ssh.forget();
    }

    /** TCP connections by host since the last up began, without the hosts that were left alone. */
    get dials(): Record<string, number> {
        const counted = [...this.hosts.values()].map(({ name, ssh }) => [name, ssh.dials] as const);
        return Object.fromEntries(counted.filter(([, dials]) => dials > 0));
    }

    /** The resources of the state. */
    async resources(): Promise<ExportedResource[]> {
        return (await this.workspace.export()).deployment.resources ?? [];
    }

    /** Everything that the backend has on disk, history and all. */
    get stored(): string {
        const backend = this.workspace.settings.backend;
        return readdirSync(backend, { recursive: true, encoding: "utf8" })
            .map((name) => join(backend, name))
            .filter((path) => statSync(path).isFile())
            .map((path) => readFileSync(path, "utf8"))
            .join("\n");
    }

    async close(): Promise<void> {
        await Promise.all([...this.hosts.values()].map((host) => host.close()));
        await this.api.close();
        rmSync(this.directory, { recursive: true, force: true });
    }
}

/** Asserts that a step had ended before another one began. */
export const follows = (first: Step, second: Step): void =>
    assert.ok(
        first.ended > 0 && first.ended < second.began,
        `${first.host}: ${first.name} ends before ${second.host}: ${second.name}`,
    );

export const output = (result: Result): string => result.stdout + result.stderr;
