import { existsSync } from "node:fs";
import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { StackExport } from "../../../commands/diagram/state";
import { ensureEngine } from "./index";
import { run, type Result, type RunOptions } from "./process";

export interface PulumiOptions extends Omit<RunOptions, "cwd"> {
    /** Print what the CLI prints while it runs, to this process's own stdout and stderr. */
    stream?: boolean;
    /** Another stack than the workspace's. */
    stack?: string;
}

export interface WorkspaceSettings {
    /** Directory of the program: the one with Pulumi.yaml. */
    program: string;
    /** Directory of the file backend; made if missing. */
    backend: string;
    /** Passphrase for the secrets in the state. */
    passphrase: string;
    /** Stack that commands act on unless told otherwise. */
    stack: string;
    /** File with the stack's config instead of Pulumi.STACK.yaml beside the program. */
    configFile?: string;
    /** More environment for the CLI and the program. */
    env?: NodeJS.ProcessEnv;
}

/** Commands that know `--config-file`. */
const CONFIGURED = new Set(["up", "preview", "destroy", "refresh", "config", "import", "watch"]);

/** Runs Pulumi commands on one stack of a file backend. */
export class Workspace {
    constructor(readonly settings: WorkspaceSettings) {}

    /** Runs `pulumi ARGS... --non-interactive --color never --stack STACK`; a failure is a result, not an error. */
    async pulumi(args: string[], options: PulumiOptions = {}): Promise<Result> {
        const { program, backend, passphrase, configFile } = this.settings;
        const engine = await ensureEngine();
        await mkdir(backend, { recursive: true, mode: 0o700 });
        const { stream, stack = this.settings.stack, onOutput, ...rest } = options;
        const command = args[0] ?? "";
        const flags = ["--non-interactive", "--color", "never"];
        if (!["login", "package", "plugin", "version"].includes(command)) flags.push("--stack", stack);
        if (configFile !== undefined && CONFIGURED.has(command)) flags.push("--config-file", configFile);
        return run(engine.pulumi, engine.adapt([...args, ...flags], program), {
            ...rest,
            cwd: program,
            env: {
                ...engine.env,
                PULUMI_BACKEND_URL: `file://${backend}`,
                PULUMI_CONFIG_PASSPHRASE: passphrase,
                ...this.settings.env,
                ...options.env,
            },
            onOutput: (text, kind) => {
                if (stream) process[kind].write(text);
                onOutput?.(text, kind);
            },
        });
    }

    /** As `pulumi`, but a failure is an error that shows the command and its output. */
    async ok(args: string[], options: PulumiOptions = {}): Promise<Result> {
        const result = await this.pulumi(args, options);
        if (result.code !== 0) {
            throw new Error(
                `pulumi ${args.join(" ")} failed with status ${result.code}:\n${result.stdout}${result.stderr}`,
            );
        }
        return result;
    }

    /** Makes the stack unless it is there. */
    async init(): Promise<void> {
        const { program, stack, configFile } = this.settings;
        const besideProgram = join(program, `Pulumi.${stack}.yaml`);
        const own = configFile !== undefined && !existsSync(besideProgram);
        await this.ok(["stack", "select", "--create"]);
        // A new stack's encryption salt is written there whatever --config-file says; the named file has its own.
        if (own) await rm(besideProgram, { force: true });
    }

    /**
     * Takes the lock from a stack whose run was killed. The state is written as a whole, the attributes beside it are
     * not: cut off in the middle they keep the state from being read, and nobody needs them.
     */
    async release(): Promise<void> {
        const { code, stdout, stderr } = await this.pulumi(["cancel", "--yes"]);
        if (code === 0) return;
        if (!stderr.includes("failed to load checkpoint: EOF")) {
            throw new Error(`pulumi cancel failed:\n${stdout}${stderr}`);
        }
        const stacks = join(this.settings.backend, ".pulumi", "stacks");
        for (const project of await readdir(stacks)) {
            await rm(join(stacks, project, `${this.settings.stack}.json.attrs`), { force: true });
        }
        await this.ok(["cancel", "--yes"]);
    }

    up = (args: string[] = [], options?: PulumiOptions): Promise<Result> =>
        this.pulumi(["up", "--yes", "--skip-preview", ...args], options);

    preview = (args: string[] = [], options?: PulumiOptions): Promise<Result> =>
        this.pulumi(["preview", ...args], options);

    destroy = (args: string[] = [], options?: PulumiOptions): Promise<Result> =>
        this.pulumi(["destroy", "--yes", "--skip-preview", ...args], options);

    /** The stack's state, as in `pulumi stack export`; secrets stay encrypted unless asked for. */
    async export(showSecrets = false): Promise<StackExport> {
        const args = ["stack", "export", ...(showSecrets ? ["--show-secrets"] : [])];
        return JSON.parse((await this.ok(args)).stdout) as StackExport;
    }

    /** The stack's outputs, secrets laid open. */
    async outputs(): Promise<Record<string, unknown>> {
        const { stdout } = await this.ok(["stack", "output", "--json", "--show-secrets"]);
        return JSON.parse(stdout) as Record<string, unknown>;
    }
}
