import { jsonPath } from "./json-path";
import { annotationsOf, type KubernetesObject } from "./object";
import { conditionOf, type Verdict } from "./readiness";
import type { Properties } from "../protocol/values";

/** Reads the annotation pulumi.com/waitFor: one condition, or a JSON array of which all have to be true. */
export function waitForOf(plain: Properties): ((object: KubernetesObject) => Verdict) | undefined {
    const annotation = annotationsOf(plain)["pulumi.com/waitFor"];
    if (annotation === undefined) return undefined;
    const expressions = annotation.trim().startsWith("[") ? (JSON.parse(annotation) as string[]) : [annotation];
    const tests = expressions.map((expression) => ({ expression, holds: parse(expression) }));
    return (object) => {
        const open = tests.filter(({ holds }) => !holds(object)).map(({ expression }) => expression);
        return open.length === 0 ? undefined : { missing: `waiting for ${open.join(" and ")}` };
    };
}

/** `condition=Type`, `condition=Type=Status`, `jsonpath={.path}` (there is a value) or `jsonpath={.path}=value`. */
function parse(expression: string): (object: KubernetesObject) => boolean {
    const condition = /^condition=([^=]+)(?:=(.+))?$/.exec(expression.trim());
    if (condition !== null) {
        const [, type = "", status = "True"] = condition;
        return (object) => conditionOf(object, type)?.status.toLowerCase() === status.toLowerCase();
    }
    const path = /^jsonpath=(\{[\s\S]*\}|[^=]*)(?:=([\s\S]*))?$/.exec(expression.trim());
    if (path === null) {
        throw new Error(
            `pulumi.com/waitFor: "${expression}" is neither condition=TYPE[=STATUS] nor jsonpath={PATH}[=VALUE]`,
        );
    }
    const [, route = "", raw] = path;
    const value = raw?.replace(/^(['"])(.*)\1$/, "$2");
    jsonPath(route, {});
    return (object) => {
        const found = jsonPath(route, object);
        return value === undefined ? found.length > 0 : found.some((item) => String(item) === value);
    };
}
