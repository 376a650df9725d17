import { z } from "zod";
import { clusterConfigSchema, SECRETS } from "./schema";

/** A part of a JSON Schema, as far as it is made here. */
export type JsonSchema = Record<string, unknown>;

const PULUMI_FIELDS: Record<string, string> = {
    secretsprovider: "What encrypts this stack's secrets; Pulumi writes it.",
    encryptionsalt: "Pulumi writes it.",
    encryptedkey: "Pulumi writes it.",
};

/**
 * The JSON Schema of a whole Pulumi.STACK.yaml, for editors. A secret has to be encrypted there, which is how
 * `pulumi config set --secret` leaves it.
 * @param namespace the namespace of the keys
 */
export function stackSchema(namespace = "kubeadm-cluster"): JsonSchema {
    const plain = z.toJSONSchema(clusterConfigSchema, { io: "input", target: "draft-7", unrepresentable: "any" });
    const properties: JsonSchema = {};
    for (const [key, value] of Object.entries(plain.properties ?? {})) properties[`${namespace}:${key}`] = value;
    for (const [key, description] of Object.entries(SECRETS)) {
        properties[`${namespace}:${key}`] = {
            description: `Secret: pulumi config set --secret ${key}. ${description}`,
            type: "object",
            properties: { secure: { type: "string" } },
            required: ["secure"],
            additionalProperties: false,
        };
    }
    return {
        $schema: "http://json-schema.org/draft-07/schema#",
        title: "Stack configuration of kubeadm-cluster",
        description: "Made by `npm run schema` from components/config/schema.ts.",
        type: "object",
        properties: {
            ...Object.fromEntries(
                Object.entries(PULUMI_FIELDS).map(([field, description]) => [field, { type: "string", description }]),
            ),
            environment: { description: "Pulumi ESC environments." },
            config: {
                type: "object",
                properties,
                required: (plain.required ?? []).map((key) => `${namespace}:${key}`),
                // Other namespaces belong to other programs; in this one, every key is known.
                patternProperties: { [`^(?!${namespace}:)`]: {} },
                additionalProperties: false,
            },
        },
        required: ["config"],
        additionalProperties: false,
    };
}
