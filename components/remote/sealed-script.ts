import * as crypto from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { failure } from "../config/problem";
import { HostConnection } from "./connection";
import { RemoteScript, RemoteScriptArgs, ScriptCall } from "./remote-script";
import type { InputsOf, RequiredOf, ScriptName } from "./scripts";

const SALT = { start: "Salted__".length, end: 16 };
const ITERATIONS = 10_000;

/**
 * Opens what `openssl enc -aes-256-cbc -pbkdf2 -iter 10000 -md sha256 -base64 -A` sealed: the scripts' `seal` does so
 * because the provider prints all output of a command that fails, and a session can break behind the last byte.
 *
 * @param sealed base64 of "Salted__", 8 bytes of salt and the ciphertext
 * @param script that printed it, for the message
 * @throws pulumi.RunError when the text is not of this form or the key is another one
 */
export function decrypt(sealed: string, key: string, script: string): string {
    const bytes = Buffer.from(sealed.trim(), "base64");
    try {
        if (bytes.subarray(0, SALT.start).toString() !== "Salted__") throw new Error("no salt");
        const derived = crypto.pbkdf2Sync(key, bytes.subarray(SALT.start, SALT.end), ITERATIONS, 48, "sha256");
        const cipher = crypto.createDecipheriv("aes-256-cbc", derived.subarray(0, 32), derived.subarray(32));
        return Buffer.concat([cipher.update(bytes.subarray(SALT.end)), cipher.final()]).toString("utf8");
    } catch {
        throw failure(
            `a host's answer to ${script} cannot be opened with this stack's key; run pulumi up with --replace for that step`,
        );
    }
}

/** Scripts that print what they have sealed. */
export type SealingScript = {
    [Name in ScriptName]: "TRANSFER_KEY" extends keyof InputsOf<Name> ? Name : never;
}[ScriptName];

/** Arguments of SealedScript. */
export type SealedScriptArgs<Name extends SealingScript> = SealedScriptCalls<Name> &
    ([Exclude<RequiredOf<Name>, "TRANSFER_KEY">] extends [never]
        ? { inputs?: Omit<InputsOf<Name>, "TRANSFER_KEY"> }
        : { inputs: Omit<InputsOf<Name>, "TRANSFER_KEY"> });

/** Those of them that are no inputs. */
export interface SealedScriptCalls<Name extends SealingScript> {
    /** The host and how it is reached. */
    connection: HostConnection;
    /** Runs at first and whenever an input changes; it reads TRANSFER_KEY among its inputs and prints what it has sealed. */
    read: ScriptCall<Name>;
    /** True = it does not run at first; until an input changes, what it has printed is empty. Default false. */
    onlyUpdate?: boolean;
    /** Name of the resource that holds the key; its parent is the script's. */
    keyName: string;
    /** As of RemoteScript. */
    repair?: Promise<string | undefined>;
}

/** A script that prints a secret, sealed on its way with a key of the stack's own. */
export class SealedScript<Name extends SealingScript = SealingScript> extends RemoteScript<Name> {
    /** What the script printed; empty where it has not run, or its host is gone. Secret. */
    public readonly secret: pulumi.Output<string>;

    constructor(
        name: string,
        { read, onlyUpdate, keyName, inputs, connection, repair }: SealedScriptArgs<Name>,
        opts?: pulumi.CustomResourceOptions,
    ) {
        const settings = { length: 32, special: false };
        const key = new random.RandomPassword(keyName, settings, { parent: opts?.parent }).result;
        const args = {
            connection,
            create: onlyUpdate ? undefined : read,
            update: read,
            inputs: { ...inputs, TRANSFER_KEY: key },
            secretOutput: true,
            repair,
        };
        super(name, args as unknown as RemoteScriptArgs<Name>, opts);
        const opened = pulumi
            .all([this.answer, key])
            .apply(([[sealed], secret]) => (sealed === undefined ? "" : decrypt(sealed, secret, read.script)));
        this.secret = pulumi.secret(opened);
    }
}
