import { createHash } from "node:crypto";
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { gunzipSync } from "node:zlib";
import { utils } from "ssh2";
import { callProblems, decodeInputs } from "../../components/remote";
import { ANSWER_MARK } from "../../components/remote/answer";
import type { ApiServer } from "./api-server";
import { seal } from "./seal";
import { keyPair, SshServer, type Answer, type Execution, type KeyPair } from "./ssh-server";

/** One run of a host script, as the host saw it. */
export interface Step {
    host: string;
    /** The script with its arguments, such as "init.sh verify"; "prepare" for the installer. */
    name: string;
    inputs: Record<string, string>;
    execution: Execution;
    /** Places of its beginning and end in the order of all that happened on any host; ended 0 = it still runs. */
    began: number;
    ended: number;
}

/** All steps on all hosts of a simulated cluster, in the order in which they began. */
export class Journal {
    readonly steps: Step[] = [];
    private moments = 0;

    moment(): number {
        return ++this.moments;
    }

    forget(): void {
        this.steps.length = 0;
    }

    /** The steps as "HOST: NAME", sorted: independent hosts work at the same time. */
    get names(): string[] {
        return this.steps.map(({ host, name }) => `${host}: ${name}`).sort();
    }

    /** The only step of a host with this name. */
    only(host: string, name: string): Step {
        const found = this.steps.filter((step) => step.host === host && step.name === name);
        if (found.length !== 1 || !found[0])
            throw new Error(`"${name}" ran ${found.length} times on ${host}, not once`);
        return found[0];
    }
}

/** The installer's line of packed scripts: base64 of what gzip has made. */
const PACKED = /^H4sI\S+\n/m;

/** A key pair that can be used: one in 200 of the SSH library's making is malformed by its own reading. */
export function soundKeyPair(): KeyPair {
    for (;;) {
        const pair = keyPair();
        if (!(utils.parseKey(pair.private) instanceof Error)) return pair;
    }
}

const COMMAND =
    /^(sudo -n )?(?:test ! -e \S+ && cat >\/dev\/null \|\| (?:sudo -n )?)?timeout -k 10 (\d+) env STEP_SECONDS=\2 (?:\/opt\/kubeadm-cluster\/(\S+)((?: \S+)*)|bash -s(?: unless-done)?)$/;

/** What the installer runs, one after the other, with the same inputs. */
const INSTALLED = ["precheck.sh", "prepare.sh"];

/** The lines of an answer as scripts write them. */
export const answered = (...lines: string[]): string => lines.map((line) => `${ANSWER_MARK}${line}\n`).join("");

export interface SimulatedHostOptions {
    name: string;
    /** An address of the loopback network, 127.0.0.0/8, of the host's own. */
    address: string;
    /** Public keys that may log in. */
    keys: string[];
    journal: Journal;
    api: ApiServer;
}

/**
 * A host double: an SSH server that answers the program's steps as a host would on which they work, and remembers as
 * much of them as later steps depend on. Nothing is run on this machine.
 */
export class SimulatedHost {
    /** Answers that differ from a healthy host's, by the name of the step. */
    readonly answers = new Map<string, (step: Step) => Promise<Answer> | Answer>();
    /** False: sudo asks for a password. */
    sudo = true;
    /** Names of the scripts that the installer has left here. */
    private scripts = new Set<string>();
    initialised = false;
    joined = false;
    /** Identity of the stack that it belongs to. */
    owner: string | undefined;
    /** When its certificates expire, as scripts say it. */
    expiry = ["# expires apiserver 2099-01-01T00:00:00Z", "# expires ca 2099-01-01T00:00:00Z"];
    readonly machineId: string;
    private gate: Server | undefined;
    private lastPort = 0;
    private readonly sockets = new Set<Socket>();

    private constructor(
        private readonly options: SimulatedHostOptions,
        readonly ssh: SshServer,
    ) {
        this.machineId = createHash("md5").update(options.name).digest("hex");
    }

    static async start(options: SimulatedHostOptions): Promise<SimulatedHost> {
        const handler = (execution: Execution) => host.answer(execution);
        const ssh = await SshServer.start({ handler, keys: options.keys, hostKeys: [soundKeyPair().private] });
        const host: SimulatedHost = new SimulatedHost(options, ssh);
        await host.powerOn();
        return host;
    }

    get name(): string {
        return this.options.name;
    }

    get address(): string {
        return this.options.address;
    }

    /** The port where SSH answers, also while the host is off. */
    get port(): number {
        return this.lastPort;
    }

    /** Answers at the host's address again: at its last port, or at a new one. */
    powerOn(newPort = false): Promise<void> {
        const gate = createServer((socket) => {
            const inner = connect(this.ssh.port, this.ssh.host);
            socket.pipe(inner).pipe(socket);
            for (const end of [socket, inner]) {
                this.sockets.add(end);
                end.on("close", () => this.sockets.delete(end)).on("error", () => undefined);
            }
        });
        this.gate = gate;
        return new Promise((resolve, reject) => {
            gate.once("error", reject);
            gate.listen(newPort ? 0 : this.lastPort, this.address, () => {
                this.lastPort = (gate.address() as AddressInfo).port;
                resolve();
            });
        });
    }

    /** Refuses connections, and cuts those that are open. */
    powerOff(): Promise<void> {
        for (const socket of this.sockets) socket.destroy();
        return new Promise((resolve) => (this.gate ? this.gate.close(() => resolve()) : resolve()));
    }

    async close(): Promise<void> {
        await this.powerOff();
        await this.ssh.close();
    }

    private async answer(execution: Execution): Promise<Answer> {
        const { journal, name: host } = this.options;
        const parts = COMMAND.exec(execution.command);
        if (!parts) return { code: 127, stderr: `${host}: no step of the program: ${execution.command}\n` };
        const [, sudo, , script, words = ""] = parts;
        if (execution.user !== "root" && !(sudo && this.sudo))
            return { code: 1, stderr: sudo ? "sudo: a password is required\n" : "permission denied\n" };
        if (script && !this.scripts.has(script)) {
            if (execution.command.includes("test ! -e")) return {};
            return { code: 127, stderr: `timeout: failed to run command: ${script}: No such file or directory\n` };
        }
        const name = script ? script + words : "prepare";
        const packed = script ? null : PACKED.exec(execution.stdin);
        if (packed) {
            const texts = decodeInputs(gunzipSync(Buffer.from(packed[0], "base64")).toString());
            this.scripts = new Set(Object.keys(texts));
        }
        const inputs = decodeInputs(packed ? execution.stdin.slice(packed.index + packed[0].length) : execution.stdin);
        const step: Step = { host, name, inputs, execution, began: journal.moment(), ended: 0 };
        journal.steps.push(step);
        const refusal = this.refusal(script ? [script] : INSTALLED, words.trim(), step);
        if (refusal) return { code: 1, stderr: `${host}: ${refusal}\n` };
        const answer = (await this.answers.get(name)?.(step)) ?? this.healthy(step);
        step.ended = journal.moment();
        return answer;
    }

    /** Why the host does not do what it is told; undefined where it does. */
    private refusal(scripts: string[], words: string, { inputs, execution }: Step): string | undefined {
        if (!/(^|\n)END\n$/.test(execution.stdin)) return "standard input was cut off before its last line, END";
        const problems = callProblems(scripts, words, inputs);
        if (problems.length > 0) return problems.join("; ");
        const { STACK_IDENTITY: identity } = inputs;
        if (identity !== undefined && this.owner !== undefined && identity !== this.owner)
            return `this host belongs to the stack with the identity ${this.owner}, and this stack's is ${identity}`;
        return undefined;
    }

    /** What a host answers on which the step works. */
    healthy({ name, inputs }: Step): Answer {
        const { api } = this.options;
        const [script, argument = ""] = name.split(" ");
        switch (script) {
            case "prepare":
                this.owner ??= inputs.STACK_IDENTITY;
                return { stdout: answered(`${this.machineId} -`), stderr: `${this.name}: installing\n` };
            case "init.sh":
                if (argument === "verify" && !this.initialised && !inputs.JOIN_CONFIGURATION)
                    return { code: 1, stderr: `${this.name}: no control plane\n` };
                this.initialised = true;
                this.owner ??= inputs.STACK_IDENTITY;
                api.addNode(
                    /^ {2}name: (.+)$/m.exec(inputs.INIT_CONFIGURATION ?? "")?.[1] ?? this.name,
                    this.machineId,
                );
                return argument === "join" ? { stdout: answered(...this.expiry) } : {};
            case "read-kubeconfig.sh":
            case "renew-certificates.sh":
                return this.initialised
                    ? {
                          stdout: answered(
                              seal(`${api.kubeconfig}${this.expiry.join("\n")}\n`, inputs.TRANSFER_KEY ?? ""),
                          ),
                      }
                    : { code: 1, stderr: "no control plane\n" };
            case "join.sh":
                if (argument === "verify" && !this.joined) return { code: 1, stderr: `${this.name}: no node\n` };
                this.joined = true;
                // The name that the node is given, which need not be the host's.
                api.addNode(
                    /^ {2}name: (.+)$/m.exec(inputs.JOIN_CONFIGURATION ?? "")?.[1] ?? this.name,
                    this.machineId,
                );
                return {};
            case "remove-node.sh":
            case "remove-control-plane-node.sh":
                api.removeNode(argument);
                return {};
            case "reset.sh":
                this.scripts.clear();
                this.owner = undefined;
                this.initialised = this.joined = false;
                return {};
            case "readmit.sh":
                // A host that was there before is known by its machine.
                if (!this.initialised || (inputs.MACHINE_IDENTITY ?? "").startsWith(api.machineOf(argument))) return {};
                api.removeNode(argument);
                return { stdout: answered(`sha256:${"0".repeat(64)}`) };
            case "admit.sh":
            case "drain-node.sh":
            case "reconfigure.sh":
            case "renew-node.sh":
            case "taint.sh":
            case "settle.sh":
            case "storage-check.sh":
            case "storage-ready.sh":
                return {};
            case "storage-report.sh":
                return { stdout: answered(seal("", inputs.TRANSFER_KEY ?? "")) };
            default:
                return { code: 127, stderr: `${this.name}: no script ${script}\n` };
        }
    }
}
