import { Analyzer } from "@pulumi/pulumi/provider/experimental/analyzer";
import { generateSchema } from "@pulumi/pulumi/provider/experimental/schema";
import { description, name } from "../package.json";
import type { PackageSchema, PropertySchemas } from "./schema";

/**
 * The package's schema, as Pulumi's analyzer derives it from the component's class, its arguments and their comments.
 * A field whose comment ends with "Secret." is a secret in every language. It has no version: that is the package's.
 */
export function deriveSchema(): PackageSchema {
    const entry = { name, main: "../components/index.ts" };
    const analyzer = new Analyzer(__dirname, name, entry as never, new Set(["KubeadmCluster"]));
    const { components, typeDefinitions, dependencies } = analyzer.analyze();
    const schema = generateSchema(name, "", description, components, typeDefinitions, dependencies);
    const plain = JSON.parse(JSON.stringify({ ...schema, version: undefined })) as PackageSchema;
    for (const { inputProperties, properties } of Object.values(plain.resources))
        markSecrets(inputProperties, properties);
    for (const { properties } of Object.values(plain.types)) markSecrets(properties);
    return plain;
}

function markSecrets(...fields: (PropertySchemas | undefined)[]): void {
    for (const field of fields.flatMap((each) => Object.values(each ?? {})))
        if (field.description?.endsWith("Secret.")) field.secret = true;
}
