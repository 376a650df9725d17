import { randomUUID } from "node:crypto";
import { generated } from "./generated";

/** Its id is its result, in plain text: no secret. */
export const randomUuid = generated({
    inputs: [],
    defaults: {},
    validate: () => [],
    generate() {
        const result = randomUUID();
        return { id: result, outputs: { result } };
    },
});
