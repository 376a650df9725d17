import * as pulumi from "@pulumi/pulumi";
import { WeaveNet } from "../../../components/network";

/** The objects that WeaveNet registers, as documents that kubectl takes. */
export async function weaveDocuments(): Promise<Record<string, unknown>[]> {
    const documents: Record<string, unknown>[] = [];
    await pulumi.runtime.setMocks({
        newResource: ({ type, inputs, name }) => {
            if (type.startsWith("kubernetes:")) documents.push(inputs as Record<string, unknown>);
            return { id: name, state: inputs as Record<string, unknown> };
        },
        call: () => ({}),
    });
    const component = new WeaveNet("weave", { podSubnet: "10.244.0.0/16" });
    await new Promise((resolve) => component.urn.apply(resolve));
    // Registrations of children are on their way when the component's own is done.
    await new Promise((resolve) => setTimeout(resolve, 500));
    return documents;
}
