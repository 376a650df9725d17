import * as pulumi from "@pulumi/pulumi";
import * as command from "@pulumi/command";

/** How one SSH endpoint is reached. In the program secrets are inputs; a command that dials by itself has their text. */
export interface SshEndpoint<Secret = pulumi.Input<string>> {
    /** IP address or DNS name. */
    host: string;
    /** TCP port. Default 22. */
    port?: number;
    /** Login user; anyone but root needs passwordless sudo. Default root. */
    user?: string;
    /** The host's public key as in /etc/ssh/ssh_host_*_key.pub; without it the host is not verified. */
    hostKey?: string;
    /** Private key in PEM or OpenSSH form. Secret. */
    privateKey?: Secret;
    /** Passphrase of the private key. Secret. */
    privateKeyPassword?: Secret;
    /** Password of the login user, where there is no key. Secret. */
    password?: Secret;
    /** Socket of an SSH agent on the machine that runs Pulumi. */
    agentSocketPath?: string;
}

/** An SSH endpoint of a cluster's host, with the host it is reached through. */
export interface HostConnection<Secret = pulumi.Input<string>> extends SshEndpoint<Secret> {
    /** One hop between the machine that runs Pulumi and the host. */
    bastion?: SshEndpoint<Secret>;
    /** How long the first step waits for the host to answer, in seconds. Default 120. */
    waitSeconds?: number;
    /** Identity of the stack, which every step presents: a host that belongs to another stack refuses it. Not secret. */
    stackIdentity?: pulumi.Input<string>;
    /** Puts values that come from other resources in the place of what stands for them. Default: all is known. */
    settle?: (text: string) => pulumi.Input<string>;
    /** True = the host is gone for good: it is never dialled again, whatever its steps are. Default false. */
    gone?: boolean;
}

/** Seconds that one TCP connect may take before the next try. */
const CONNECT_TIMEOUT_SECONDS = 10;

/** Tries of a step on a host that has answered before: about 20 s on a refused port. */
const SHORT_DIAL_ERROR_LIMIT = 12;

/**
 * Number of failed dials that fill `seconds` on a port that refuses. The provider's pauses grow from 0.1 s to 5 s
 * within its first ten tries, about 10 s in all, and stay at 5 s (measured with command 1.2.1). A host that swallows
 * packets takes up to CONNECT_TIMEOUT_SECONDS more for each try.
 */
export function dialErrorLimit(seconds: number): number {
    return seconds <= 10 ? 10 : 10 + Math.ceil((seconds - 10) / 5);
}

// Every step on every host is given the same few keys, and each secret is made of several outputs.
const secrets = new WeakMap<object, pulumi.Output<string>>();
function secret(value: pulumi.Input<string> | undefined): pulumi.Output<string> | undefined {
    if (value === undefined) return undefined;
    if (typeof value === "string") return pulumi.secret(value);
    const made = secrets.get(value) ?? pulumi.secret(value);
    secrets.set(value, made);
    return made;
}

// Field by field: the provider prints the whole connection, private key included, when it meets a field that it
// does not know (pulumi-command #773).
function endpointArgs(endpoint: SshEndpoint, settle: (text: string) => pulumi.Input<string>) {
    return {
        host: settle(endpoint.host),
        port: endpoint.port ?? 22,
        user: endpoint.user ?? "root",
        hostKey: endpoint.hostKey === undefined ? undefined : settle(endpoint.hostKey),
        privateKey: secret(endpoint.privateKey),
        privateKeyPassword: secret(endpoint.privateKeyPassword),
        password: secret(endpoint.password),
        agentSocketPath: endpoint.agentSocketPath,
        perDialTimeout: CONNECT_TIMEOUT_SECONDS,
    };
}

/**
 * The provider's form of a connection.
 * @param wait true for a host's first step, which waits `waitSeconds` for a machine that may still be booting.
 */
export function connectionArgs(connection: HostConnection, wait: boolean): command.types.input.remote.ConnectionArgs {
    const limit = wait ? dialErrorLimit(connection.waitSeconds ?? 120) : SHORT_DIAL_ERROR_LIMIT;
    const settle = connection.settle ?? ((text: string) => text);
    return {
        ...endpointArgs(connection, settle),
        dialErrorLimit: limit,
        proxy: connection.bastion && { ...endpointArgs(connection.bastion, settle), dialErrorLimit: limit },
    };
}

/** Whether steps on this host go through sudo. */
export function needsSudo(connection: SshEndpoint<unknown>): boolean {
    return (connection.user ?? "root") !== "root";
}
