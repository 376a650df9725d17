import * as pulumi from "@pulumi/pulumi";

/** Addresses that no host has (RFC 1112, class E), and that pass every check of an address. */
const PLACEHOLDER = /\b250\.\d+\.\d+\.\d+\b/g;
/** The 19 bytes before the key's own 32 in an ssh-ed25519 public key, in hexadecimal digits. */
const KEY_HEAD = "0000000b7373682d6564323535313900000020";

/**
 * Values that come from other resources, such as the address of a machine that the same program makes. The configuration
 * holds a placeholder instead, so that all that is made of it stays plain text; settle puts the value in its place.
 */
export class LaterValues {
    private readonly values = new Map<string, pulumi.Output<string>>();

    /** What stands for an address in the configuration: itself where it is known already. */
    public address(value: pulumi.Input<string>): string {
        if (typeof value === "string") return value;
        const number = this.values.size;
        return this.keep(`250.${number >> 16}.${(number >> 8) & 255}.${number & 255}`, value);
    }

    /** What stands for a host key in the configuration. */
    public hostKey(value: pulumi.Input<string>): string {
        if (typeof value === "string") return value;
        const number = this.values.size.toString(16).padStart(64, "0");
        return this.keep(`ssh-ed25519 ${Buffer.from(`${KEY_HEAD}${number}`, "hex").toString("base64")}`, value);
    }

    /** A text with every placeholder replaced by its value; the same text where it has none. */
    public settle(text: string): pulumi.Input<string> {
        const found = [...this.values].filter(([placeholder]) => text.includes(placeholder));
        if (found.length === 0) return text;
        return pulumi.all(found.map(([, value]) => value)).apply((values) => {
            const known = new Map(found.map(([placeholder], index) => [placeholder, values[index] ?? ""]));
            const whole = known.get(text);
            if (whole !== undefined) return whole;
            return text.replace(PLACEHOLDER, (placeholder) => known.get(placeholder) ?? placeholder);
        });
    }

    private keep(placeholder: string, value: pulumi.Input<string>): string {
        this.values.set(placeholder, pulumi.output(value));
        return placeholder;
    }
}
