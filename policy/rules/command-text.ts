import type { ResourceValidationPolicy } from "@pulumi/policy";
import { ifKnown } from "./known";

const RUNS = /^command:(remote|local):Command$/;
const TEXTS = ["create", "update", "delete"] as const;
const CREDENTIALS = ["privateKey", "privateKeyPassword", "password"] as const;

/** What gives a secret away by its form. */
const FORMS: [RegExp, string][] = [
    [/-----BEGIN [A-Z ]*PRIVATE KEY-----/, "a private key"],
    [/\b[a-z0-9]{6}\.[a-z0-9]{16}\b/, "a bootstrap token"],
    [/(?:^|[\s-])(?:token|password|passphrase|secret|certificate-key)(?:=|\s+)[^\s|;&]+/i, "a secret by its name"],
    [
        /(?<![A-Za-z0-9])(?=[A-Za-z0-9+=_-]*[a-z])(?=[A-Za-z0-9+=_-]*[A-Z])(?=[A-Za-z0-9+=_-]*\d)[A-Za-z0-9+=_-]{32,}/,
        "what looks like a key",
    ],
];

/** Lines of standard input shorter than this are words, not secrets. */
const SHORTEST = 12;

/** A command's text stands in plain text in the state and in every error message: secrets go by standard input. */
export const commandTextHoldsNoSecret: ResourceValidationPolicy = {
    name: "command-text-holds-no-secret",
    description: "No text of a command holds a secret.",
    validateResource: ({ type, props }, report) => {
        if (!RUNS.test(type)) return;
        const connection = ifKnown(() => props.connection as Record<string, string> | undefined);
        const credentials = CREDENTIALS.map((name) => ifKnown(() => connection?.[name]));
        const lines = (ifKnown(() => props.stdin as string | undefined) ?? "").split("\n");
        const values = [...credentials, ...lines.filter((line) => line.trim().length >= SHORTEST)];
        for (const name of TEXTS) {
            const text = ifKnown(() => props[name] as string | undefined) ?? "";
            const found = FORMS.find(([form]) => form.test(text))?.[1];
            if (found) report(`${name} holds ${found}; hand it over by stdin`);
            else if (values.some((value) => value && text.includes(value)))
                report(`${name} repeats a credential or a line of stdin; leave it in stdin alone`);
        }
    },
};
