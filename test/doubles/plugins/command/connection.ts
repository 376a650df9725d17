import type { Failure } from "../protocol/provider";
import { isObject, isUnknown, reveal, secret, type Properties, type Value } from "../protocol/values";
import { unknownFields } from "./command";

/** How to reach a host; the names and defaults are those of the command package. */
export interface Endpoint {
    host: string;
    /** Default 22. */
    port: number;
    /** Default root. */
    user: string;
    password?: string;
    privateKey?: string;
    privateKeyPassword?: string;
    /** Public key in authorized_keys form. Without it whatever answers is trusted. */
    hostKey?: string;
    agentSocketPath?: string;
    /** Failed attempts before the one whose failure counts; -1: no limit. Default 10. */
    dialErrorLimit: number;
    /** Seconds for the TCP connection of one attempt; 0: no limit. Default 15. */
    perDialTimeout: number;
}

export interface Connection extends Endpoint {
    proxy?: Endpoint;
}

const DEFAULTS: Properties = { port: 22, user: "root", dialErrorLimit: 10, perDialTimeout: 15 };

const TYPES = {
    host: "string",
    port: "number",
    user: "string",
    password: "string",
    privateKey: "string",
    privateKeyPassword: "string",
    hostKey: "string",
    agentSocketPath: "string",
    dialErrorLimit: "number",
    perDialTimeout: "number",
} as const;

function checkEndpoint(value: Properties, path: string, others: string[] = []): { filled: Properties; bad: Failure[] } {
    const filled = { ...DEFAULTS, ...value };
    const bad = unknownFields(value, [...Object.keys(TYPES), ...others], `${path}.`);
    if (filled.host === undefined || filled.host === null)
        bad.push({ property: `${path}.host`, reason: "is required" });
    for (const [key, type] of Object.entries(TYPES)) {
        const given = reveal(filled[key]) ?? null;
        if (given !== null && !isUnknown(given) && typeof given !== type) {
            bad.push({ property: `${path}.${key}`, reason: `must be a ${type}, not a ${typeof given}` });
        }
    }
    return { filled, bad };
}

/** Fills in the defaults; the whole connection is secret from then on. Messages never hold a value. */
export function checkConnection(value: Value | undefined): { connection: Value; failures: Failure[] } {
    const given = reveal(value) ?? null;
    if (isUnknown(given)) return { connection: secret(given), failures: [] };
    if (!isObject(given)) {
        return { connection: given, failures: [{ property: "connection", reason: "must be an object with a host" }] };
    }
    const { filled, bad } = checkEndpoint(given, "connection", ["proxy"]);
    if (isObject(given.proxy)) {
        const proxy = checkEndpoint(given.proxy, "connection.proxy");
        filled.proxy = proxy.filled;
        bad.push(...proxy.bad);
    }
    return { connection: secret(filled), failures: bad };
}
