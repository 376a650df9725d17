import * as pulumi from "@pulumi/pulumi";

type Document = Record<string, unknown>;

/** The objects that a component registers, as documents that kubectl takes. */
export async function documentsOf(make: () => pulumi.ComponentResource): Promise<Document[]> {
    const documents: Document[] = [];
    await pulumi.runtime.setMocks({
        newResource: ({ type, inputs, name }) => {
            if (type.startsWith("kubernetes:")) documents.push(inputs as Document);
            return { id: name, state: inputs as Document };
        },
        call: () => ({}),
    });
    const component = make();
    await new Promise((resolve) => component.urn.apply(resolve));
    // Registrations of children are on their way when the component's own is done.
    await new Promise((resolve) => setTimeout(resolve, 500));
    return documents;
}
