import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import * as path from "node:path";
import { CONTROL_PLANE_SCRIPTS, NODE_SCRIPTS } from "../../components/hosts/script-directories";

/** The components of this checkout. */
const OWN = path.resolve(__dirname, "../../components");

/** The checkout whose scripts are run: this one, or one of before. */
export class Checkout {
    private readonly withEnd: boolean;
    private readonly withIdentity: boolean;

    constructor(readonly directory: string) {
        this.withEnd = /\bEND\b/.test(this.read("components/remote/script-inputs.ts"));
        this.withIdentity = this.entryTexts().some((text) => text.includes("STACK_IDENTITY"));
    }

    get isOwn(): boolean {
        return path.join(this.directory, "components") === OWN;
    }

    private read(file: string): string {
        return readFileSync(path.join(this.directory, file), "utf8");
    }

    private files(below: string): string[] {
        return readdirSync(path.join(this.directory, below), { withFileTypes: true }).flatMap((found) => {
            const name = path.join(below, found.name);
            if (found.isDirectory()) return this.files(name);
            return found.name.endsWith(".sh") ? [name] : [];
        });
    }

    private entryTexts(): string[] {
        return this.files("components").map((file) => this.read(file));
    }

    /** The text of each script and of each part of one, by its file name. */
    get texts(): Map<string, string> {
        return new Map(this.files("components").map((file) => [path.basename(file), this.read(file)]));
    }

    /** File names of all scripts that are run by themselves. */
    get entries(): string[] {
        return this.files("components")
            .filter((file) => this.read(file).startsWith("#!"))
            .map((file) => path.basename(file))
            .sort();
    }

    /** Standard input as this checkout's scripts read it. */
    encode(inputs: Record<string, string>): string {
        const all: Record<string, string> = this.withIdentity ? { STACK_IDENTITY: "cuts-stack", ...inputs } : inputs;
        const texts = Object.keys(all)
            .sort()
            .map((name) => `${name} ${(all[name] ?? "").split("\n").length}\n${all[name] ?? ""}\n`);
        return texts.join("") + (this.withEnd ? "END\n" : "");
    }

    /** Standard input of the two that come with what they need, as this checkout's own TypeScript makes it. */
    packed(kind: "precheck" | "receive", inputs: Record<string, string>): string {
        const components = path.join(this.directory, "components");
        const load = (file: string) => createRequire(__filename)(path.join(components, file)) as Loaded;
        const before = existsSync(path.join(components, "node"));
        const checks = load(before ? "precheck/host-checks" : "hosts/precheck/host-checks").hostChecks();
        if (kind === "precheck") return checks + this.encode(inputs);
        const place = (part: string) => path.join(components, part);
        const parts = before
            ? ["node/scripts", "node/scripts/control-plane"].map(place)
            : [NODE_SCRIPTS, CONTROL_PLANE_SCRIPTS].map((part) => part.map((one) => place(path.relative(OWN, one))));
        const packed = load("remote/script-bundle").packScripts(parts, checks);
        return `${this.read("components/remote/scripts/receive.sh")}${packed}\n${this.encode(inputs)}`;
    }
}

interface Loaded {
    hostChecks: () => string;
    packScripts: (parts: string[] | string[][], precheck: string) => string;
}
