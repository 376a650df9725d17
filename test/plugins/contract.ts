import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Workspace, type ExportedResource, type Result } from "../lab/engine";
import type { Declaration } from "./fixtures/program/resources";

export type { Declaration };

/** A stack of its own whose program declares what the test says. */
export class Contract {
    readonly directory = mkdtempSync(join(tmpdir(), "contract-"));
    readonly workspace: Workspace;
    private readonly file = join(this.directory, "resources.json");

    constructor() {
        this.workspace = new Workspace({
            program: join(__dirname, "fixtures", "program"),
            backend: join(this.directory, "backend"),
            configFile: join(this.directory, "Pulumi.contract.yaml"),
            passphrase: "contract",
            stack: "contract",
            env: { CONTRACT_RESOURCES: this.file, KUBECONFIG: "", SSH_AUTH_SOCK: "" },
        });
    }

    async init(): Promise<this> {
        this.declare([]);
        await this.workspace.init();
        return this;
    }

    declare(declarations: Declaration[]): void {
        writeFileSync(this.file, JSON.stringify(declarations));
    }

    /** `pulumi up` of these resources, which has to succeed. */
    async up(declarations: Declaration[], args: string[] = []): Promise<Result> {
        const result = await this.tryUp(declarations, args);
        if (result.code !== 0) throw new Error(`pulumi up failed:\n${result.stdout}${result.stderr}`);
        return result;
    }

    tryUp(declarations: Declaration[], args: string[] = []): Promise<Result> {
        this.declare(declarations);
        return this.workspace.up(args);
    }

    preview(declarations: Declaration[], args: string[] = []): Promise<Result> {
        this.declare(declarations);
        return this.workspace.preview(args);
    }

    /** The resources in the state by their names. */
    async state(showSecrets = false): Promise<Map<string, ExportedResource>> {
        const { deployment } = await this.workspace.export(showSecrets);
        return new Map(
            (deployment.resources ?? []).map((resource) => [resource.urn.split("::").pop() ?? "", resource]),
        );
    }

    remove(): void {
        rmSync(this.directory, { recursive: true, force: true });
    }
}

/** Numbers from the summary of a run, by what was or will be done: created, updated, replaced, create, unchanged, ... */
export function summary(result: Result): Record<string, number> {
    const [, lines = ""] = /^Resources:\n((?: {4}.*\n)*)/m.exec(result.stdout) ?? [];
    const counts: Record<string, number> = {};
    for (const [, count, what = ""] of lines.matchAll(/(\d+) (?:to )?(\w+)/g)) {
        if (what !== "changes" && what !== "change") counts[what] = Number(count);
    }
    return counts;
}

/** The whole of what a run printed. */
export const output = (result: Result): string => result.stdout + result.stderr;
