import * as pulumi from "@pulumi/pulumi";

interface ObjectProps {
    metadata?: { annotations?: Record<string, string> };
}

/**
 * Lets the objects of a component take their fields over from another field manager. The provider has a manager of its
 * own for each object it makes: one that a killed run has made is in nobody's state, is adopted by the next run
 * (`upsertExistingObjects`), and its fields would conflict with that forgotten manager.
 */
export const takeOver: pulumi.ResourceTransformation = ({ type, props, opts }) => {
    if (!type.startsWith("kubernetes:")) return undefined;
    const { metadata, ...rest } = props as ObjectProps;
    const annotations = { ...metadata?.annotations, "pulumi.com/patchForce": "true" };
    return { props: { ...rest, metadata: { ...metadata, annotations } }, opts };
};
