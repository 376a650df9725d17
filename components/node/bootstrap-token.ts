import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

/** The two halves of a bootstrap token in Kubernetes' form: [a-z0-9]{6} and [a-z0-9]{16}. Secret. */
export interface BootstrapToken {
    id: pulumi.Output<string>;
    secret: pulumi.Output<string>;
}

/** A bootstrap token of a component's own, its halves named `${name}-id` and `${name}-secret`. */
export function bootstrapToken(name: string, parent: pulumi.ComponentResource): BootstrapToken {
    // RandomString would show its result as its id.
    const letters = { special: false, upper: false };
    const id = new random.RandomPassword(`${name}-id`, { length: 6, ...letters }, { parent });
    const secret = new random.RandomPassword(`${name}-secret`, { length: 16, ...letters }, { parent });
    return { id: id.result, secret: secret.result };
}
