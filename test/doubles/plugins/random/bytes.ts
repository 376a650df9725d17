import { randomBytes as bytes } from "node:crypto";
import { secret } from "../protocol/values";
import { generated, wholeNumber } from "./generated";

/** Its base64 is its id too, in plain text: for nothing that is secret, whatever its outputs say. */
export const randomBytes = generated({
    inputs: ["length"],
    defaults: {},
    validate: (inputs) => wholeNumber(inputs, "length", 1),
    generate(inputs) {
        const value = bytes(Number(inputs.length));
        const base64 = value.toString("base64");
        return { id: base64, outputs: { base64: secret(base64), hex: secret(value.toString("hex")) } };
    },
});

export const randomId = generated({
    inputs: ["byteLength", "prefix"],
    defaults: {},
    validate: (inputs) => wholeNumber(inputs, "byteLength", 1),
    generate(inputs) {
        const value = bytes(Number(inputs.byteLength));
        const prefix = typeof inputs.prefix === "string" ? inputs.prefix : "";
        const hex = value.toString("hex");
        const b64Url = value.toString("base64url");
        return {
            id: b64Url,
            outputs: {
                b64Std: prefix + value.toString("base64"),
                b64Url: prefix + b64Url,
                dec: prefix + BigInt(`0x${hex}`).toString(),
                hex: prefix + hex,
            },
        };
    },
});
