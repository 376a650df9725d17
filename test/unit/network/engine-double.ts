import * as pulumi from "@pulumi/pulumi";

/** A resource as the engine double saw it registered. */
export interface Registered {
    type: string;
    name: string;
    /** Inputs in plain form. */
    inputs: Record<string, unknown>;
    /** Inputs as JSON, with `[secret]` in place of whatever arrived marked as secret. */
    shown: string;
}

/** The resources that a piece of program registered, in the order of their registration. */
export class Registrations {
    constructor(public readonly all: Registered[]) {}

    /** The only resource of a type, named by the last part of its token, such as `DaemonSet`. */
    only(kind: string): Registered {
        const found = this.all.filter((resource) => resource.type.endsWith(`:${kind}`));
        if (found.length !== 1 || found[0] === undefined) {
            throw new Error(`${found.length} resources of kind ${kind}, not one`);
        }
        return found[0];
    }

    /** The documents a cluster would be given, in the form of a manifest. */
    manifests(): Record<string, unknown>[] {
        return this.all.filter((resource) => resource.type.startsWith("kubernetes:")).map(({ inputs }) => inputs);
    }
}

/**
 * Runs a piece of program against a stand-in for the engine: nothing is made, every resource comes back as it was
 * asked for. An object without a name gets `NAME-0`, as the provider's automatic naming would do.
 */
export async function register(program: () => void): Promise<Registrations> {
    const all: Registered[] = [];
    await pulumi.runtime.setMocks({
        newResource: ({ type, name, inputs }) => {
            const plain = unwrap(inputs, (secret) => secret) as Record<string, unknown>;
            const shown = JSON.stringify(unwrap(inputs, () => "[secret]"));
            all.push({ type, name, inputs: plain, shown });
            const metadata = { name: `${name}-0`, ...(plain.metadata as object | undefined) };
            return { id: `${name}-id`, state: { ...plain, metadata } };
        },
        call: ({ inputs }) => inputs as Record<string, unknown>,
    });
    program();
    // Waits for every registration under way, those of outputs included.
    await pulumi.runtime.disconnect();
    return new Registrations(all);
}

/** Takes the engine's wrapping off secrets, and puts in their place what is asked for. */
function unwrap(value: unknown, instead: (secret: unknown) => unknown): unknown {
    if (Array.isArray(value)) {
        return value.map((item) => unwrap(item, instead));
    }
    if (typeof value !== "object" || value === null) {
        return value;
    }
    if (pulumi.runtime.isRpcSecret(value)) {
        return instead(unwrap(pulumi.runtime.unwrapRpcSecret(value), instead));
    }
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, unwrap(item, instead)]));
}
