import http from "node:http";
import https from "node:https";
import type { KubeConfig } from "@kubernetes/client-node" with { "resolution-mode": "import" };
import type { Value } from "../protocol/values";

/** Seconds to wait for the first byte of an answer. */
const ANSWER_SECONDS = 60;
/** How often an overloaded server is asked again, a second apart or as it says. */
const OVERLOAD_RETRIES = 10;

/** What the API server answered instead of doing what it was asked. */
export class ApiError extends Error {
    constructor(
        readonly status: number,
        message: string,
    ) {
        super(message);
    }
}

/** There was no answer. */
export class UnreachableError extends Error {}

interface ApiRequest {
    method: "GET" | "PATCH" | "DELETE";
    path: string;
    query?: Record<string, string>;
    body?: unknown;
    contentType?: string;
}

const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** The API server of one kubeconfig, over connections that are kept. */
export class Api {
    private config: Promise<KubeConfig> | undefined;
    private agent: http.Agent | undefined;

    constructor(private readonly load: () => Promise<KubeConfig>) {}

    /** The answer's object; ApiError for a refusal, UnreachableError where there is no answer. */
    async request<T = Record<string, Value>>(request: ApiRequest): Promise<T> {
        for (let tries = 0; ; tries++) {
            const { status, text, retryAfter } = await this.send(request);
            if (status < 300) return JSON.parse(text) as T;
            if ((status === 429 || retryAfter !== undefined) && tries < OVERLOAD_RETRIES) {
                await sleep(1000 * (retryAfter ?? 1));
                continue;
            }
            throw new ApiError(status, messageOf(text) ?? `HTTP status ${status}`);
        }
    }

    private async connection(): Promise<{ server: URL; options: https.RequestOptions }> {
        let server: URL;
        const options: https.RequestOptions = {};
        try {
            const config = await (this.config ??= this.load());
            const cluster = config.getCurrentCluster();
            if (cluster === null) throw new Error("the kubeconfig selects no cluster");
            server = new URL(cluster.server);
            await config.applyToHTTPSOptions(options);
            if (!cluster.proxyUrl) {
                const { ca, cert, key, servername, rejectUnauthorized } = options;
                const settings = { keepAlive: true, ca, cert, key, servername, rejectUnauthorized };
                this.agent ??=
                    server.protocol === "http:" ? new http.Agent({ keepAlive: true }) : new https.Agent(settings);
                options.agent = this.agent;
            }
        } catch (error) {
            throw new UnreachableError(`configured Kubernetes cluster is unreachable: ${(error as Error).message}`);
        }
        return { server, options };
    }

    private async send(request: ApiRequest): Promise<{ status: number; text: string; retryAfter?: number }> {
        const { server, options } = await this.connection();
        const query = new URLSearchParams(request.query).toString();
        const path = `${server.pathname.replace(/\/$/, "")}${request.path}${query && `?${query}`}`;
        const body = request.body === undefined ? undefined : JSON.stringify(request.body);
        const headers: http.OutgoingHttpHeaders = { ...(options.headers as object), Accept: "application/json" };
        if (body !== undefined) {
            headers["Content-Type"] = request.contentType ?? "application/json";
            headers["Content-Length"] = Buffer.byteLength(body);
        }
        const once = () =>
            new Promise<{ status: number; text: string; retryAfter?: number }>((resolve, reject) => {
                const { protocol, hostname, port } = server;
                const target = {
                    ...options,
                    protocol,
                    hostname: hostname.replace(/^\[|\]$/g, ""),
                    port,
                    path,
                    headers,
                };
                const sent = (protocol === "http:" ? http : https).request(
                    { ...target, method: request.method },
                    (answer) => {
                        let text = "";
                        answer.setEncoding("utf8");
                        answer.on("data", (chunk: string) => (text += chunk));
                        answer.on("error", reject);
                        answer.on("end", () => {
                            const after = Number(answer.headers["retry-after"]);
                            resolve({
                                status: answer.statusCode ?? 0,
                                text,
                                ...(after > 0 ? { retryAfter: after } : {}),
                            });
                        });
                    },
                );
                sent.setTimeout(ANSWER_SECONDS * 1000, () => sent.destroy(new Error("the API server does not answer")));
                sent.on("error", (error) => reject(Object.assign(error, { again: sent.reusedSocket })));
                sent.end(body);
            });
        try {
            // The server may close a kept connection at the moment it is used again: that request was never read.
            return await once().catch((error: Error & { again?: boolean; code?: string }) => {
                if (error.again && error.code === "ECONNRESET") return once();
                throw error;
            });
        } catch (error) {
            const reason = (error as Error).message || (error as NodeJS.ErrnoException).code;
            throw new UnreachableError(`configured Kubernetes cluster is unreachable: ${server.origin}: ${reason}`);
        }
    }
}

function messageOf(text: string): string | undefined {
    try {
        return (JSON.parse(text) as { message?: string }).message;
    } catch {
        return text.trim().slice(0, 200) || undefined;
    }
}
