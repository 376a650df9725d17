import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { parseAllDocuments } from "yaml";
import type { KubernetesDocument } from "./kubernetes-object";
import { isAddress, lockEntry, MANIFEST_FILES, ManifestFile, releaseAddress } from "../releases/manifest-lock";

/** The parsed documents of a Rook release, one list for each file. */
export type Manifests = Record<ManifestFile, KubernetesDocument[]>;

/** Seconds that one download may take. */
const DOWNLOAD_SECONDS = 60;

/** SHA-256 of a text, in hexadecimal. */
export function sha256(text: string | Buffer): string {
    return createHash("sha256").update(text).digest("hex");
}

function cacheDirectory(): string {
    const base = process.env.XDG_CACHE_HOME || path.join(os.homedir(), ".cache");
    return path.join(base, "kubeadm-cluster", "rook");
}

// A run that ends in the middle must not leave half a file behind.
function write(file: string, content: string): void {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    const fresh = `${file}.${process.pid}`;
    fs.writeFileSync(fresh, content);
    fs.renameSync(fresh, file);
}

/**
 * The text at an http(s) address. It blocks: components are made synchronously, and this happens once per release.
 * @throws pulumi.RunError naming the address and what went wrong
 */
export function download(address: string): string {
    const program = `fetch(process.argv[1], { signal: AbortSignal.timeout(${DOWNLOAD_SECONDS * 1000}) }).then(async (answer) => {
        if (!answer.ok) throw new Error("HTTP status " + answer.status);
        process.stdout.write(await answer.text());
    }).catch((error) => { process.stderr.write(String(error.cause?.message ?? error.message)); process.exitCode = 1; });`;
    try {
        return execFileSync(process.execPath, ["-e", program, address], {
            encoding: "utf8",
            maxBuffer: 64 * 1024 * 1024,
            env: { ...process.env, NODE_OPTIONS: "" },
            stdio: ["ignore", "pipe", "pipe"],
        });
    } catch (error) {
        const reason = String((error as { stderr?: unknown }).stderr ?? error).trim();
        throw new pulumi.RunError(
            `cannot download ${address}: ${reason}; give a mirror or a directory that holds ${MANIFEST_FILES.join(", ")} as storage.manifests`,
        );
    }
}

/** The text of one file of a release, from a directory or an address, unverified. */
export function readManifest(source: string, file: ManifestFile): string {
    const place = `${source.replace(/\/+$/, "")}/${file}`;
    if (isAddress(source)) return download(place);
    try {
        return fs.readFileSync(place, "utf8");
    } catch (error) {
        throw new pulumi.RunError(
            `cannot read ${place} (${(error as NodeJS.ErrnoException).code}); give the directory that holds the release's manifests as storage.manifests`,
        );
    }
}

function verified(version: string, source: string, file: ManifestFile, wanted: string): string {
    const cached = path.join(cacheDirectory(), `${wanted}.yaml`);
    if (isAddress(source) && fs.existsSync(cached)) {
        const text = fs.readFileSync(cached, "utf8");
        if (sha256(text) === wanted) return text;
    }
    const text = readManifest(source, file);
    const found = sha256(text);
    if (found !== wanted) {
        throw new pulumi.RunError(
            `${source}/${file} is not that of Rook ${version}: its SHA-256 is ${found}, manifests.lock.json says ${wanted}; nothing was changed`,
        );
    }
    if (isAddress(source)) write(cached, text);
    return text;
}

/** The documents of a multi-document YAML text; empty ones, made by comments, are left out. */
export function parseDocuments(text: string): KubernetesDocument[] {
    return parseAllDocuments(text)
        .map((document) => document.toJS() as KubernetesDocument | null)
        .filter((document) => document !== null);
}

// Parsing the CRDs takes seconds, reading their JSON form does not.
function documents(text: string, sum: string): KubernetesDocument[] {
    const cached = path.join(cacheDirectory(), `${sum}.json`);
    try {
        return JSON.parse(fs.readFileSync(cached, "utf8")) as KubernetesDocument[];
    } catch {
        const parsed = parseDocuments(text);
        write(cached, JSON.stringify(parsed));
        return parsed;
    }
}

/**
 * The manifests of a Rook release, each verified against its pinned checksum and kept in the user's cache.
 *
 * @param version such as v1.16.1
 * @param source a directory or an http(s) address; default: the release's own
 * @throws pulumi.RunError where a file is missing, cannot be had, or is not the pinned one
 */
export function loadManifests(version: string, source = releaseAddress(version)): Manifests {
    const entry = lockEntry(version);
    if (entry === undefined) {
        throw new pulumi.RunError(
            `Rook ${version} has no checksums in manifests.lock.json; make an entry with: npm run storage:lock -- ${version}`,
        );
    }
    const load = (file: ManifestFile) => documents(verified(version, source, file, entry[file]), entry[file]);
    return {
        "crds.yaml": load("crds.yaml"),
        "common.yaml": load("common.yaml"),
        "operator.yaml": load("operator.yaml"),
    };
}
