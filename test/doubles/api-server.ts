import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { type AddressInfo, isIP } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { collectionAt, discovery, openApi, type Collection } from "./api-discovery";

/** A certificate that signed itself, and its key, in PEM form. */
export interface Certificate {
    certificate: string;
    key: string;
}

/** Makes a certificate that is its own authority. Needs openssl, as Node.js itself makes none. */
export function selfSigned(commonName: string, addresses: string[] = []): Certificate {
    const directory = mkdtempSync(join(tmpdir(), "certificate-"));
    try {
        const names = addresses.map((address) => `${isIP(address) ? "IP" : "DNS"}:${address}`).join(",");
        const [key, certificate] = [join(directory, "key"), join(directory, "certificate")];
        execFileSync(
            "openssl",
            [
                ...[
                    "req",
                    "-x509",
                    "-newkey",
                    "ec",
                    "-pkeyopt",
                    "ec_paramgen_curve:prime256v1",
                    "-nodes",
                    "-days",
                    "2",
                ],
                ...["-subj", `/CN=${commonName}`, "-keyout", key, "-out", certificate],
                ...(names ? ["-addext", `subjectAltName=${names}`] : []),
            ],
            { stdio: "ignore" },
        );
        return { certificate: readFileSync(certificate, "utf8"), key: readFileSync(key, "utf8") };
    } finally {
        rmSync(directory, { recursive: true, force: true });
    }
}

interface Manifest {
    apiVersion: string;
    kind: string;
    metadata: { name: string; labels?: unknown; annotations?: unknown; [field: string]: unknown };
    [field: string]: unknown;
}

/** A server-side apply as the server got it. */
export interface Apply {
    /** KIND NAME. */
    what: string;
    force: boolean;
    object: Manifest;
}

interface Event {
    type: "ADDED" | "MODIFIED" | "DELETED";
    path: string;
    object: Manifest;
}

/** What the controllers of a cluster would say of an object, where somebody waits for that. */
function statusOf({ kind, apiVersion }: Manifest, observedGeneration: number): object | undefined {
    const conditions = (...types: string[]) => ({ conditions: types.map((type) => ({ type, status: "True" })) });
    if (apiVersion.startsWith("ceph.rook.io/")) return { phase: "Ready" };
    switch (kind) {
        case "DaemonSet":
            return {
                observedGeneration,
                ...{ desiredNumberScheduled: 0, currentNumberScheduled: 0, updatedNumberScheduled: 0 },
                ...{ numberMisscheduled: 0, numberReady: 0, numberAvailable: 0 },
            };
        case "Deployment":
            return {
                observedGeneration,
                ...{ replicas: 1, updatedReplicas: 1, readyReplicas: 1, availableReplicas: 1 },
                ...conditions("Available", "Progressing"),
            };
        case "CustomResourceDefinition":
            return conditions("NamesAccepted", "Established");
        default:
            return undefined;
    }
}

/**
 * An API server double in this process: says which kinds there are, reads, lists, watches, makes and deletes objects, and
 * takes server-side apply without looking for conflicts. No controller runs: a DaemonSet has no Pods, and is ready at once.
 */
export class ApiServer {
    readonly applied: Apply[] = [];
    /** Requests so far that are about objects, as METHOD PATH. */
    readonly requests: string[] = [];
    private readonly objects = new Map<string, Manifest>();
    private readonly machines = new Map<string, string>();
    /** What has happened to objects: the resource version is the number of events so far. */
    private readonly events: Event[] = [];
    private readonly watchers = new Set<(event: Event) => void>();
    private readonly authority: Certificate;
    private readonly client: Certificate;
    private readonly server: Server;

    private constructor(readonly address: string) {
        this.authority = selfSigned("kubernetes", [address]);
        this.client = selfSigned("kubernetes-admin");
        const { key, certificate } = this.authority;
        this.server = createSecureServer({ key, cert: certificate }, (request, response) =>
            this.answer(request, response),
        );
    }

    static start(address: string): Promise<ApiServer> {
        const double = new ApiServer(address);
        return new Promise((resolve, reject) => {
            double.server.once("error", reject);
            double.server.listen(0, address, () => resolve(double));
        });
    }

    get port(): number {
        return (this.server.address() as AddressInfo).port;
    }

    /** What identifies the administrator and must not be seen anywhere: the base64 form of the key in the kubeconfig. */
    get clientKeyData(): string {
        return Buffer.from(this.client.key).toString("base64");
    }

    /** The administrator's kubeconfig in kubeadm's form. */
    get kubeconfig(): string {
        const encoded = (text: string) => Buffer.from(text).toString("base64");
        const { authority, client, clientKeyData } = this;
        return stringify({
            apiVersion: "v1",
            kind: "Config",
            clusters: [
                {
                    name: "kubernetes",
                    cluster: {
                        server: `https://api.kubernetes.internal:${this.port}`,
                        "certificate-authority-data": encoded(authority.certificate),
                    },
                },
            ],
            users: [
                {
                    name: "kubernetes-admin",
                    user: {
                        "client-certificate-data": encoded(client.certificate),
                        "client-key-data": clientKeyData,
                    },
                },
            ],
            contexts: [{ name: "admin", context: { cluster: "kubernetes", user: "kubernetes-admin" } }],
            "current-context": "admin",
        });
    }

    /** What a kubelet does when it starts. */
    /** @param machine the machine-id of the host that joined under this name */
    addNode(name: string, machine: string): void {
        this.machines.set(name, machine);
        const node = { apiVersion: "v1", kind: "Node", metadata: { name, uid: `uid-of-${name}` } };
        if (!this.node(name)) this.store(`/api/v1/nodes/${name}`, node);
    }

    /** The machine-id of the host that joined last under this name. */
    machineOf(name: string): string {
        return this.machines.get(name) ?? "";
    }

    node(name: string): Manifest | undefined {
        return this.objects.get(`/api/v1/nodes/${name}`);
    }

    removeNode(name: string): void {
        this.drop(`/api/v1/nodes/${name}`);
    }

    /** Forgets what has been recorded, and keeps the objects. */
    forget(): void {
        this.applied.length = 0;
        this.requests.length = 0;
    }

    close(): Promise<void> {
        this.server.closeAllConnections();
        return new Promise((resolve) => this.server.close(() => resolve()));
    }

    private answer(request: IncomingMessage, response: ServerResponse): void {
        const chunks: Buffer[] = [];
        request.on("data", (chunk: Buffer) => chunks.push(chunk));
        request.on("end", () => {
            const url = new URL(request.url ?? "/", "https://api");
            const said = url.pathname === "/openapi/v2" ? openApi() : discovery(url.pathname);
            if (said === undefined) this.requests.push(`${request.method} ${url.pathname}`);
            const collection = collectionAt(url.pathname);
            if (said instanceof Buffer) response.end(said);
            else if (collection && url.searchParams.get("watch")) this.watch(collection, url.searchParams, response);
            else {
                const text = Buffer.concat(chunks).toString("utf8");
                const [status, body] = said ? [200, said] : this.handle(request.method ?? "", url, text);
                response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(body));
            }
        });
    }

    private handle(method: string, { pathname, searchParams }: URL, body: string): [number, unknown] {
        const collection = collectionAt(pathname);
        if (collection && method === "GET") return [200, this.list(collection)];
        const found = this.objects.get(pathname);
        if (collection && method === "POST") return this.create(pathname, body);
        if (method === "PATCH") return [200, this.apply(pathname, found, body, searchParams.get("force") === "true")];
        if (!found) return this.refuse(404, "NotFound", `${pathname} not found`);
        if (method === "DELETE") this.drop(pathname);
        return [200, found];
    }

    private refuse(code: number, reason: string, message: string): [number, unknown] {
        return [code, { kind: "Status", apiVersion: "v1", status: "Failure", code, reason, message }];
    }

    private store(path: string, object: Manifest): Manifest {
        const type = this.objects.has(path) ? "MODIFIED" : "ADDED";
        const version = this.events.length + 1;
        const metadata = { ...object.metadata, resourceVersion: String(version), generation: version };
        const status = statusOf(object, version);
        const stored = { ...object, metadata, ...(status && { status }) };
        this.objects.set(path, stored);
        this.tell({ type, path, object: stored });
        return stored;
    }

    private drop(path: string): void {
        const object = this.objects.get(path);
        if (this.objects.delete(path) && object) this.tell({ type: "DELETED", path, object });
    }

    private tell(event: Event): void {
        this.events.push(event);
        for (const watcher of this.watchers) watcher(event);
    }

    private list({ apiVersion, kind, holds }: Collection): unknown {
        const items = [...this.objects].filter(([path]) => holds(path)).map(([, object]) => object);
        const metadata = { resourceVersion: String(this.events.length) };
        return { apiVersion, kind: `${kind}List`, metadata, items };
    }

    /** Events from a version on, until the client goes away. What is asked for at its start instead, it has to list. */
    private watch({ holds }: Collection, query: URLSearchParams, response: ServerResponse): void {
        if (query.get("sendInitialEvents")) {
            const [status, body] = this.refuse(422, "Invalid", "sendInitialEvents is not known here");
            response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(body));
            return;
        }
        response.writeHead(200, { "Content-Type": "application/json" }).flushHeaders();
        const tell = ({ type, path, object }: Event): void => {
            if (holds(path)) response.write(`${JSON.stringify({ type, object })}\n`);
        };
        this.events.slice(Number(query.get("resourceVersion") ?? 0)).forEach(tell);
        this.watchers.add(tell);
        response.on("close", () => this.watchers.delete(tell));
    }

    private create(collection: string, body: string): [number, unknown] {
        const object = JSON.parse(body) as Manifest;
        const path = `${collection}/${object.metadata.name}`;
        if (this.objects.has(path)) return this.refuse(409, "AlreadyExists", `${path} already exists`);
        return [201, this.store(path, { ...object, metadata: { ...object.metadata, uid: `uid-of-${path}` } })];
    }

    private apply(path: string, found: Manifest | undefined, body: string, force: boolean): Manifest {
        const object = parse(body) as Manifest;
        this.applied.push({ what: `${object.kind} ${object.metadata.name}`, force, object });
        const { labels, annotations } = object.metadata;
        const kept = found && { ...found, metadata: { ...found.metadata, labels, annotations } };
        const live = kept ?? { ...object, metadata: { ...object.metadata, uid: `uid-of-${path}` } };
        return this.store(path, live);
    }
}
