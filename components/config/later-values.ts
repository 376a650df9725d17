import * as pulumi from "@pulumi/pulumi";
import { textsIn } from "./plain-values";

/** Addresses that no host has (RFC 1112, class E), and host keys; both pass every check of such a value. */
const PLACEHOLDER = /\b250(?:\.\d{1,3}){3}\b|ssh-ed25519 [A-Za-z0-9+/]+=*/g;
/** The 19 bytes before the key's own 32 in an ssh-ed25519 public key, in hexadecimal digits. */
const KEY_HEAD = "0000000b7373682d6564323535313900000020";

/** What a value that comes later turned out to be. */
export interface Arrived {
    /** The argument that it was given as, such as nodes[0].address. */
    path: string;
    value: unknown;
    secret: boolean;
}

interface Later {
    path: string;
    value: pulumi.Output<unknown>;
}

/** What the SDK's types leave out: an output says whether it is known, which decides what a preview can check. */
interface Inner {
    isKnown: Promise<boolean>;
    isSecret: Promise<boolean>;
    promise: () => Promise<unknown>;
}

/** Whether a value is known only later: it comes from another resource, or from a promise. */
export function comesLater(value: unknown): boolean {
    return pulumi.Output.isInstance(value) || value instanceof Promise;
}

/**
 * Values that come from other resources, such as the address of a machine that the same program makes. The configuration
 * holds a placeholder instead, so that all that is made of it stays plain text; settle puts the value in its place.
 */
export class LaterValues {
    private readonly values = new Map<string, Later>();
    /** Texts of the arguments that look like a placeholder. */
    private readonly taken: Set<string>;
    private sound: Promise<void> | undefined;

    /** @param args all arguments; a text of theirs is no placeholder */
    constructor(args: unknown) {
        this.taken = new Set(textsIn(args).flatMap((text) => text.match(PLACEHOLDER) ?? []));
    }

    /** What stands for an address in the configuration: itself where it does not come later. */
    public address(path: string, value: unknown): unknown {
        return this.keep(path, value, (number) => `250.${number >> 16}.${(number >> 8) & 255}.${number & 255}`);
    }

    /** What stands for a host key in the configuration. */
    public hostKey(path: string, value: unknown): unknown {
        return this.keep(path, value, (number) => {
            const bytes = `${KEY_HEAD}${number.toString(16).padStart(64, "0")}`;
            return `ssh-ed25519 ${Buffer.from(bytes, "hex").toString("base64")}`;
        });
    }

    /**
     * Has the values checked as soon as they are known, before any text that holds one is used.
     * @param check gets those that are known by now, by placeholder; what it throws is thrown where a text is settled
     * @returns rejects with what the check threw; in a preview it does not wait for what is not known
     */
    public checkedBy(check: (arrived: Map<string, Arrived>) => void): Promise<void> {
        this.sound = this.arrived().then(check);
        // Whoever uses a value sees the error; where nobody does, there is nothing to report.
        this.sound.catch(() => undefined);
        return this.sound;
    }

    /** A text with every placeholder replaced by its value; the same text where it has none. */
    public settle(text: string): pulumi.Input<string> {
        const found = [...new Set(text.match(PLACEHOLDER) ?? [])].filter((one) => this.values.has(one));
        if (found.length === 0) return text;
        const outputs = found.map((one) => this.values.get(one)?.value);
        return pulumi.all([this.sound, ...outputs]).apply(([, ...values]) => {
            const known = new Map(found.map((one, index) => [one, String(values[index])]));
            return text.replace(PLACEHOLDER, (one) => known.get(one) ?? one);
        });
    }

    private keep(path: string, value: unknown, placeholder: (number: number) => string): unknown {
        if (!comesLater(value)) return value;
        let number = this.values.size;
        while (this.taken.has(placeholder(number)) || this.values.has(placeholder(number))) number++;
        this.values.set(placeholder(number), { path, value: pulumi.output(value) });
        return placeholder(number);
    }

    private async arrived(): Promise<Map<string, Arrived>> {
        const all = await Promise.all(
            [...this.values].map(async ([placeholder, { path, value }]) => {
                const inner = value as unknown as Inner;
                const known = await inner.isKnown;
                return (
                    known &&
                    ([placeholder, { path, value: await inner.promise(), secret: await inner.isSecret }] as const)
                );
            }),
        );
        return new Map(all.filter((one) => one !== false));
    }
}
