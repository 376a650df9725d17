import { parseArgs } from "node:util";
import { companionsOf, versions } from "./artefacts/versions";
import { type Distribution, distributions } from "./artefacts/wanted";
import { LabError } from "./run";
import { sources } from "./sources/choose";
import { readSettings, type StorageSettings } from "./storage";
import { masterCounts, maxWorkers } from "./topology";

/** What `lab` and `lab:hosts` are told. */
export interface UpOptions {
    workers: number;
    masters: number;
    network: string;
    kubernetes: string;
    /** What the hosts are dressed as. */
    distribution: Distribution;
    /** What the stack installs Kubernetes from. */
    install: string;
    /** What it takes containerd from. */
    containerd: string;
    /** True = hosts that reach nothing but each other and a proxy. */
    proxy: boolean;
    storage: string;
    /** With metrics-server, the kubelets get serving certificates, too. */
    metrics: string;
    /** Given over the lab's own settings of the storage. */
    storageSettings: StorageSettings;
    /** Where programs and images are taken from; undefined = LAB_SOURCE, or what can be reached. */
    source?: string;
}

/** What options of few words take; the first is the default, except of `source`. */
const choices: Record<string, readonly string[]> = {
    masters: masterCounts.map(String),
    network: ["flannel", "weave", "none"],
    distribution: distributions,
    install: ["binaries", "packages"],
    containerd: ["distribution", "archive"],
    storage: ["none", "rook"],
    metrics: ["none", "metrics-server"],
    source: sources,
};

/** Reads the options of `lab` and `lab:hosts`; whatever is wrong with them is one line. */
export function upOptions(args: string[]): UpOptions {
    const options = {
        workers: { type: "string", default: "2" },
        masters: { type: "string", default: "1" },
        network: { type: "string", default: "flannel" },
        kubernetes: { type: "string", default: versions.kubernetes },
        distribution: { type: "string", default: "debian" },
        install: { type: "string", default: "binaries" },
        containerd: { type: "string", default: "distribution" },
        proxy: { type: "boolean", default: false },
        storage: { type: "string", default: "none" },
        "storage-settings": { type: "string", default: "{}" },
        metrics: { type: "string", default: "none" },
        source: { type: "string" },
    } as const;
    type Texts = Exclude<keyof typeof options, "proxy" | "source">;
    let values: Record<Texts, string> & { proxy: boolean; source?: string };
    try {
        ({ values } = parseArgs({ args, options, allowPositionals: false }));
    } catch (error) {
        const first = error instanceof Error ? error.message.split(/[.\n]/)[0] : String(error);
        throw new LabError(
            `${first}. Known: --workers N, --kubernetes VERSION, --proxy, --storage-settings JSON|FILE, ` +
                `${Object.entries(choices)
                    .map(([option, known]) => `--${option} ${known.join("|")}`)
                    .join(", ")}.`,
        );
    }
    const workers = Number(values.workers);
    if (!/^\d+$/.test(values.workers) || workers > maxWorkers) {
        throw new LabError(`--workers takes a number from 0 to ${maxWorkers}, not "${values.workers}".`);
    }
    for (const [option, known] of Object.entries(choices)) {
        const value = values[option as Texts];
        if (value !== undefined && !known.includes(value))
            throw new LabError(`--${option} takes ${known.join(", ")}, not "${value}".`);
    }
    const { "storage-settings": given, ...rest } = values;
    const storageSettings = readSettings(given);
    if (values.storage === "none" && Object.keys(storageSettings).length > 0) {
        throw new LabError("--storage-settings is for --storage rook.");
    }
    return {
        ...rest,
        distribution: values.distribution as Distribution,
        workers,
        masters: Number(values.masters),
        kubernetes: values.kubernetes.replace(/^v/, ""),
        storageSettings,
    };
}

/** Reads the Kubernetes versions that `lab:artefacts` is told; at least one. */
export function artefactVersions(args: string[]): string[] {
    if (args.length === 0) throw new LabError("Say which Kubernetes versions: npm run lab:artefacts -- VERSION...");
    const wanted = args.map((version) => version.replace(/^v/, ""));
    // Before anything is built.
    wanted.forEach(companionsOf);
    return wanted;
}
