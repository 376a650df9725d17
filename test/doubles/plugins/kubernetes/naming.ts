import { randomBytes } from "node:crypto";
import { isObject, isUnknown, reveal, type Properties, type Value } from "../protocol/values";
import { annotationsOf } from "./object";

const AUTONAMED = "pulumi.com/autonamed";

export const isAutonamed = (plain: Properties): boolean => annotationsOf(plain)[AUTONAMED] === "true";

const given = (value: Value | undefined): boolean => (value ?? null) !== null;

/** Names an object that has no name: NAME-xxxxxxxx, and the same again for as long as it has none. */
export function withName(name: string, olds: Properties, news: Properties): Properties {
    const metadata = reveal(news.metadata) ?? {};
    if (isUnknown(metadata) || !isObject(metadata)) return news;
    if (given(metadata.name) || given(metadata.generateName)) return news;
    const old = isObject(olds.metadata) && isAutonamed(olds) ? olds.metadata.name : undefined;
    const annotations = isObject(metadata.annotations) ? metadata.annotations : {};
    return {
        ...news,
        metadata: {
            ...(isObject(news.metadata) ? news.metadata : metadata),
            name: typeof old === "string" ? old : `${name.toLowerCase()}-${randomBytes(4).toString("hex")}`,
            annotations: { ...annotations, [AUTONAMED]: "true" },
        },
    };
}
