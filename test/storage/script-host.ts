import { execFileSync, spawn } from "node:child_process";
import {
    chmodSync,
    closeSync,
    cpSync,
    existsSync,
    mkdirSync,
    openSync,
    readdirSync,
    readFileSync,
    writeFileSync,
    writeSync,
} from "node:fs";
import * as path from "node:path";
import { encodeInputs } from "../../components/remote";
import type { Result } from "../lab/engine";
import { cacheDir } from "../lab/paths";
import { type Execution, SshServer } from "../doubles/ssh-server";
import { attach, detach, signatureOf } from "./loop-device";

const components = path.resolve(__dirname, "../../components");

/** Where kubectl is. */
export const kubectlDirectory = cacheDir("site", "v1.32.0", "bin", "linux", "amd64");

/** A host of which only the storage's own scripts are real: they run here, below a directory of the host's own. */
export class ScriptHost {
    /** Scripts that run right now, with their arguments. */
    readonly running = new Set<string>();
    /** How many times sooner than in earnest the scripts give up waiting. */
    impatience = 1;

    private constructor(
        readonly name: string,
        readonly root: string,
        readonly ssh: SshServer,
        /** A raw loop device of 40 MB. */
        readonly device: string,
    ) {}

    static async start(name: string, root: string, kubeconfig: string): Promise<ScriptHost> {
        mkdirSync(path.join(root, "scripts"), { recursive: true });
        writeFileSync(path.join(root, "admin.conf"), kubeconfig, { mode: 0o600 });
        // It is a node of the cluster already.
        writeFileSync(path.join(root, "kubelet.conf"), "");
        copyScripts(root);
        const ssh = await SshServer.start({ handler: (execution) => host.answer(execution) });
        const host: ScriptHost = new ScriptHost(name, root, ssh, attach(path.join(root, "disk"), 40));
        return host;
    }

    async close(): Promise<void> {
        detach(this.device);
        await this.ssh.close();
    }

    /** Where the Ceph daemons of this host keep their files. */
    get dataDir(): string {
        return path.join(this.root, "var/lib/rook");
    }

    /** What is on the device by its own bytes; nothing on a raw one. */
    get signature(): string {
        return signatureOf(this.device);
    }

    /** The scripts that were run over SSH, with their arguments. */
    get scripts(): string[] {
        return this.ssh.commands.map(scriptOf);
    }

    /** Whether anything of Ceph is left here. */
    get isClean(): boolean {
        return this.signature === "" && !existsSync(this.dataDir);
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
        execFileSync("rm", ["-rf", path.join(this.dataDir, "rook-ceph")]);
        mkdirSync(path.join(this.dataDir, "exporter"), { recursive: true });
        writeFileSync(path.join(this.dataDir, "exporter/ceph-mon.a.asok"), "");
        execFileSync("dd", ["if=/dev/zero", `of=${this.device}`, "bs=1M", "count=1", "conv=notrunc", "status=none"]);
    }

    /** Runs one script past the engine. */
    call(script: string, inputs: Record<string, string>): Promise<Result> {
        return this.run(path.join(this.root, "scripts", script), encodeInputs(inputs));
    }

    private async answer({ command, stdin }: Execution): Promise<Result> {
        const script = scriptOf(command);
        this.running.add(script);
        const result = await this.run(
            command.replaceAll("/opt/kubeadm-cluster", path.join(this.root, "scripts")),
            stdin,
        );
        this.running.delete(script);
        return result;
    }

    private run(command: string, stdin: string): Promise<Result> {
        return new Promise((resolve) => {
            const env = { ...process.env, IMPATIENCE: String(this.impatience) };
            const child = spawn("bash", ["-c", command], { stdio: ["pipe", "pipe", "pipe"], env });
            const answer = { stdout: "", stderr: "" };
            child.stdout.on("data", (data) => (answer.stdout += String(data)));
            child.stderr.on("data", (data) => (answer.stderr += String(data)));
            child.stdin.on("error", () => undefined);
            child.stdin.end(stdin);
            child.on("close", (code) => resolve({ ...answer, code: code ?? 255 }));
        });
    }
}

const scriptOf = (command: string): string => command.replace(/^.*\/opt\/kubeadm-cluster\//, "");

/** The scripts, with this machine's places replaced by such below the root, looking more often than in earnest. */
function copyScripts(root: string): void {
    const copy = path.join(root, "scripts");
    for (const shared of ["lib.sh", "inputs.sh", "files.sh", "empty.sh"]) {
        cpSync(path.join(components, "hosts/scripts", shared), path.join(copy, shared));
    }
    cpSync(path.join(components, "storage/scripts"), copy, { recursive: true });
    for (const file of readdirSync(copy)) {
        const script = path.join(copy, file);
        const text = readFileSync(script, "utf8")
            .replaceAll("/var/lib/kubeadm-cluster", `${root}/state`)
            .replaceAll("/var/log/kubeadm-cluster", `${root}/log`)
            .replaceAll("/run/kubeadm-cluster", `${root}/lock`)
            .replaceAll("/etc/kubernetes/", `${root}/`)
            .replaceAll("/var/lib/kubelet", `${root}/kubelet`)
            .replaceAll(/^( *sleep) [23]$/gm, "$1 0.3")
            .replace("local limit=$1", "local limit=$(($1 / ${IMPATIENCE:-1}))")
            .replace("PATH=", `PATH=${kubectlDirectory}:`)
            .replace(/^read_inputs DEVICES DATA_DIR.*$/m, `$&\nDATA_DIR=${root}$DATA_DIR`);
        writeFileSync(script, text);
        chmodSync(script, 0o700);
    }
}
