import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

/** The two halves of a bootstrap token in Kubernetes' form: [a-z0-9]{6} and [a-z0-9]{16}. Secret. */
export interface BootstrapToken<Text = pulumi.Output<string>> {
    id: Text;
    secret: Text;
}

/**
 * The token that these bytes are, in the digits of base 36.
 * @param hex 16 bytes: more than the 22 digits tell apart
 */
export function tokenOf(hex: string): BootstrapToken<string> {
    const digits = BigInt(`0x${hex}`).toString(36).padStart(22, "0").slice(-22);
    return { id: digits.slice(0, 6), secret: digits.slice(6) };
}

/** A bootstrap token of a component's own, from bytes named `${name}-bytes`. */
export function bootstrapToken(name: string, parent: pulumi.ComponentResource): BootstrapToken {
    // One resource of few fields for both halves: a preview of many workers is mostly made of its resources' fields.
    const { hex } = new random.RandomBytes(`${name}-bytes`, { length: 16 }, { parent });
    return { id: hex.apply((text) => tokenOf(text).id), secret: hex.apply((text) => tokenOf(text).secret) };
}
