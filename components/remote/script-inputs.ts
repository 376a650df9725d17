import * as pulumi from "@pulumi/pulumi";

/** Values that a host script reads from its standard input, by the names it lists at its top. */
export type ScriptInputs = Record<string, pulumi.Input<string>>;

/** NAME and its number of lines, then the lines as they are: nothing needs quoting, and a diff stays readable. */
export function encodeText(name: string, text: string): string {
    return `${name} ${text.split("\n").length}\n${text}\n`;
}

/** The last line of a script's inputs: without it they were cut off. */
const END = "END";

/** The inputs of a script as it reads them, in the order of their names, and the line END. */
export function encodeInputs(inputs: Record<string, string>): string {
    const texts = Object.keys(inputs)
        .sort()
        .map((name) => {
            if (!/^[A-Z][A-Z0-9_]*$/.test(name) || name === END)
                throw new Error(`script input "${name}" is not an upper-case name`);
            return encodeText(name, inputs[name] ?? "");
        });
    return `${texts.join("")}${END}\n`;
}

/** Inputs that a step may lack. */
type CommonInputs = Record<string, pulumi.Input<string> | Promise<string | undefined> | undefined>;

/**
 * The same for inputs that may be unknown or secret; the result is secret when one of them is.
 * @param common further inputs, which are left out where they are undefined
 */
export function encodeInputOutputs(
    inputs: pulumi.Input<ScriptInputs> = {},
    common: CommonInputs = {},
): pulumi.Input<string> {
    const more = Object.entries(common).filter(([, value]) => value !== undefined);
    if (more.length === 0 && Object.values(inputs).every((value) => typeof value === "string"))
        return encodeInputs(inputs as Record<string, string>);
    return pulumi.all([inputs, Object.fromEntries(more)]).apply(([own, further]) => {
        const known = Object.entries(further).filter((entry): entry is [string, string] => entry[1] !== undefined);
        return encodeInputs({ ...(own as Record<string, string>), ...Object.fromEntries(known) });
    });
}

/** The inputs that encodeInputs has put into this text. */
export function decodeInputs(text: string): Record<string, string> {
    const inputs: Record<string, string> = {};
    const lines = text.split("\n");
    while (lines.length > 1) {
        const [name = "", count] = (lines.shift() ?? "").split(" ");
        if (name === END) break;
        inputs[name] = lines.splice(0, Number(count)).join("\n");
    }
    return inputs;
}
