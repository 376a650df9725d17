import { join } from "node:path";

/** A value in Pulumi's package schema, as far as it is looked at here. */
export interface PropertySchema {
    type?: string;
    $ref?: string;
    items?: PropertySchema;
    additionalProperties?: PropertySchema;
    description?: string;
    /** Whether it has to be known before anything is made. */
    plain?: boolean;
    secret?: boolean;
}

/** Fields of a resource or of a type. */
export type PropertySchemas = Record<string, PropertySchema>;

/** Pulumi's package schema: what SDKs in other languages are made of. */
export interface PackageSchema {
    resources: Record<
        string,
        { inputProperties: PropertySchemas; requiredInputs: string[]; properties: PropertySchemas }
    >;
    types: Record<string, { properties?: PropertySchemas; required?: string[] }>;
}

/** Where it is kept. */
export const SCHEMA_FILE = join(__dirname, "schema.json");
