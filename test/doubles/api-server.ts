import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";

/** A certificate that signed itself, and its key, in PEM form. */
export interface Certificate {
    certificate: string;
    key: string;
}

/** Makes a certificate that is its own authority. Needs openssl, as Node.js itself makes none. */
export function selfSigned(commonName: string, addresses: string[] = []): Certificate {
    const directory = mkdtempSync(join(tmpdir(), "certificate-"));
    try {
        const names = addresses.map((address) => `IP:${address}`).join(",");
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

/** What the double knows: cluster-wide kinds by group, then those in namespaces. */
const KINDS: Record<string, [string[], string[]]> = {
    v1: [
        ["Node", "Namespace"],
        ["ServiceAccount", "ConfigMap"],
    ],
    "rbac.authorization.k8s.io/v1": [["ClusterRole", "ClusterRoleBinding"], []],
    "apps/v1": [[], ["DaemonSet"]],
    "policy/v1": [[], ["PodDisruptionBudget"]],
};

/**
 * An API server double in this process: lists a few kinds, reads and deletes objects, and takes server-side apply
 * without looking for conflicts. No controller runs: a DaemonSet has no Pods, which counts as ready.
 */
export class ApiServer {
    readonly applied: Apply[] = [];
    /** Requests so far, as METHOD PATH. */
    readonly requests: string[] = [];
    private readonly objects = new Map<string, Manifest>();
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
    addNode(name: string): void {
        const node = { apiVersion: "v1", kind: "Node", metadata: { name, uid: `uid-of-${name}` } };
        if (!this.node(name)) this.objects.set(`/api/v1/nodes/${name}`, node);
    }

    /** The machine-id that the program has noted on a node. */
    machineOf(name: string): string {
        const annotations = (this.node(name)?.metadata.annotations ?? {}) as Record<string, string>;
        return annotations["kubeadm-cluster/machine"] ?? "";
    }

    node(name: string): Manifest | undefined {
        return this.objects.get(`/api/v1/nodes/${name}`);
    }

    removeNode(name: string): void {
        this.objects.delete(`/api/v1/nodes/${name}`);
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
            this.requests.push(`${request.method} ${url.pathname}`);
            const [status, body] = this.handle(request.method ?? "", url, Buffer.concat(chunks).toString("utf8"));
            response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(body));
        });
    }

    private handle(method: string, { pathname, searchParams }: URL, body: string): [number, unknown] {
        const group = KINDS[pathname.replace(/^\/apis?\//, "")];
        if (method === "GET" && group) {
            const resources = group.flatMap((kinds, namespaced) =>
                kinds.map((kind) => ({ kind, name: `${kind.toLowerCase()}s`, namespaced: namespaced === 1 })),
            );
            return [200, { kind: "APIResourceList", resources }];
        }
        const found = this.objects.get(pathname);
        if (method === "PATCH") return [200, this.apply(pathname, found, body, searchParams.get("force") === "true")];
        if (!found) return [404, { kind: "Status", code: 404, message: `${pathname} not found` }];
        if (method === "DELETE") this.objects.delete(pathname);
        return [200, found];
    }

    private apply(path: string, found: Manifest | undefined, body: string, force: boolean): Manifest {
        // JSON is YAML, and what clients send here.
        const object = JSON.parse(body) as Manifest;
        this.applied.push({ what: `${object.kind} ${object.metadata.name}`, force, object });
        const { labels, annotations } = object.metadata;
        const kept = found && { ...found, metadata: { ...found.metadata, labels, annotations } };
        const live = kept ?? { ...object, metadata: { ...object.metadata, uid: `uid-of-${path}` } };
        this.objects.set(path, live);
        return live;
    }
}
