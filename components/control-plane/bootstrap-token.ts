import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

/** The two halves of a bootstrap token in Kubernetes' form: [a-z0-9]{6} and [a-z0-9]{16}. Secret. */
export interface BootstrapToken {
    id: pulumi.Output<string>;
    secret: pulumi.Output<string>;
}

// Only RandomPassword: the id of any other resource of the plug-in is made of its value, and ids are stored in plain text.

/** A bootstrap token of a component's own, from a password named `${name}-digits`. */
export function bootstrapToken(name: string, parent: pulumi.ComponentResource): BootstrapToken {
    // One resource of few fields for both halves: a preview of many workers is mostly made of its resources' fields.
    const settings = { length: 22, upper: false, special: false };
    const { result } = new random.RandomPassword(`${name}-digits`, settings, { parent });
    return { id: result.apply((digits) => digits.slice(0, 6)), secret: result.apply((digits) => digits.slice(6)) };
}

/**
 * What certificates are encrypted with on their way to a node of the control plane, from a password named
 * `${name}-join-key`: 64 hex digits. Secret.
 */
export function certificateKeyOf(name: string, parent: pulumi.ComponentResource): pulumi.Output<string> {
    const settings = { length: 64, upper: false, lower: false, overrideSpecial: "abcdef" };
    return new random.RandomPassword(`${name}-join-key`, settings, { parent }).result;
}
