import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Publishers } from "../lab/sources/publishers";
import { selfSigned } from "./api-server";

/** How a site fails: other bytes, half of them, half and then silence, silence, a web page, not there, busy, no ranges. */
export type Fault = "wrong" | "cut" | "stall" | "hang" | "page" | "absent" | "busy" | "whole";

/** A double of the publishers' sites on this machine, over https: files by path, images by the registry protocol. */
export class PublishersDouble {
    /** What was asked for: METHOD PATH, and the range. */
    readonly requests: string[] = [];
    private readonly files = new Map<string, Buffer>();
    private readonly types = new Map<string, string>();
    private redirects: { path: RegExp; to: string }[] = [];
    private faults: { path: RegExp; fault: Fault; times: number }[] = [];
    private readonly directory = mkdtempSync(join(tmpdir(), "publishers-"));
    private readonly tls = selfSigned("publishers", ["127.0.0.1"]);
    private readonly server = createServer({ cert: this.tls.certificate, key: this.tls.key }, (from, to) =>
        this.answer(from, to),
    );

    /** Starts it; curl and skopeo of this process trust it from then on. */
    static async start(): Promise<PublishersDouble> {
        const double = new PublishersDouble();
        await new Promise<void>((resolve) => double.server.listen(0, "127.0.0.1", resolve));
        const file = join(double.directory, "authority.pem");
        writeFileSync(file, double.tls.certificate);
        Object.assign(process.env, { CURL_CA_BUNDLE: file, SSL_CERT_FILE: file, no_proxy: "127.0.0.1" });
        return double;
    }

    close(): void {
        this.server.closeAllConnections();
        this.server.close();
        rmSync(this.directory, { recursive: true, force: true });
    }

    get host(): string {
        return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    }

    /** The sites as the lab asks them. Nothing is pinned. */
    get publishers(): Publishers {
        const at = (site: string) => `${this.host}/${site}`;
        const registries = ["registry.k8s.io", "ghcr.io", "docker.io", "quay.io"];
        return {
            kubernetes: `https://${at("dl.k8s.io")}`,
            github: `https://${at("github.com")}`,
            registries: Object.fromEntries(registries.map((registry) => [registry, at(registry)])),
            sums: {},
            images: {},
        };
    }

    /** Lets requests whose path matches fail, so many times. */
    fail(path: RegExp, fault: Fault, times = Infinity): void {
        this.faults.push({ path, fault, times });
    }

    /**
     * Sends requests whose path matches to another address: that path behind it. Below /store is everything once more, as
     * publishers have it.
     */
    redirect(path: RegExp, to: string): void {
        this.redirects.push({ path, to });
    }

    /** Heals everything and forgets what was asked for. */
    reset(): void {
        this.faults = [];
        this.redirects = [];
        this.requests.length = 0;
    }

    /** Offers a file at an address of this double; gives its SHA-256. */
    offer(url: string, content: Buffer | string): string {
        const bytes = Buffer.from(content);
        this.files.set(new URL(url).pathname, bytes);
        return createHash("sha256").update(bytes).digest("hex");
    }

    /** Offers an image of a docker-archive by its name; gives the digest of its manifest. */
    offerImage(image: string, archive: string): string {
        const target = mkdtempSync(join(this.directory, "image-"));
        execFileSync("skopeo", ["--insecure-policy", "copy", "-q", `docker-archive:${archive}`, `dir:${target}`]);
        const text = readFileSync(join(target, "manifest.json"));
        const manifest = JSON.parse(text.toString()) as {
            mediaType: string;
            config: { digest: string };
            layers: { digest: string }[];
        };
        const [, repository = "", tag = ""] = /^(.*):([^:]+)$/.exec(image) ?? [];
        const base = `/v2/${repository}`;
        const digest = `sha256:${createHash("sha256").update(text).digest("hex")}`;
        for (const version of [tag, digest]) {
            this.files.set(`${base}/manifests/${version}`, text);
            this.types.set(`${base}/manifests/${version}`, manifest.mediaType);
        }
        for (const blob of [manifest.config, ...manifest.layers]) {
            const file = join(target, blob.digest.replace("sha256:", ""));
            if (existsSync(file)) this.files.set(`${base}/blobs/${blob.digest}`, readFileSync(file));
        }
        return digest;
    }

    private faultFor(path: string): Fault | undefined {
        const found = this.faults.find((each) => each.times > 0 && each.path.test(path));
        if (found) found.times--;
        return found?.fault;
    }

    private answer(from: IncomingMessage, to: ServerResponse): void {
        const path = decodeURIComponent(new URL(from.url ?? "/", "https://double").pathname);
        const range = /^bytes=(\d+)-$/.exec(from.headers.range ?? "")?.[1];
        this.requests.push([from.method, path, ...(range === undefined ? [] : [`from ${range}`])].join(" "));
        const fault = this.faultFor(path);
        if (fault === "hang") return;
        if (fault === "absent" || fault === "busy") return void to.writeHead(fault === "absent" ? 404 : 503).end();
        if (fault === "page") {
            to.writeHead(200, { "content-type": "text/html" });
            return void to.end("<!DOCTYPE html><html><title>Please log in</title></html>");
        }
        if (path === "/v2/") return void to.writeHead(401).end();
        const elsewhere = this.redirects.find((each) => each.path.test(path));
        if (elsewhere) return void to.writeHead(302, { location: elsewhere.to + path }).end();
        const content = this.files.get(path.replace(/^\/store(?=\/)/, ""));
        if (!content) return void to.writeHead(404).end("no such file");
        this.send(from, to, { path, content, fault, start: fault === "whole" ? 0 : Number(range ?? 0) });
    }

    private send(
        from: IncomingMessage,
        to: ServerResponse,
        { path, content, fault, start }: { path: string; content: Buffer; fault?: Fault; start: number },
    ): void {
        if (start >= content.length) return void to.writeHead(416).end();
        const bytes = Buffer.from(content.subarray(start));
        if (fault === "wrong") bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
        to.writeHead(start > 0 ? 206 : 200, {
            "content-type": this.types.get(path) ?? "application/octet-stream",
            "content-length": bytes.length,
            ...(path.includes("/manifests/") ? { "docker-content-digest": sha256Of(content) } : {}),
            ...(start > 0 ? { "content-range": `bytes ${start}-${content.length - 1}/${content.length}` } : {}),
        });
        if (from.method === "HEAD") return void to.end();
        if (fault !== "cut" && fault !== "stall") return void to.end(bytes);
        to.write(bytes.subarray(0, Math.ceil(bytes.length / 2)), () => {
            if (fault === "cut") to.destroy();
        });
    }
}

const sha256Of = (content: Buffer) => `sha256:${createHash("sha256").update(content).digest("hex")}`;
