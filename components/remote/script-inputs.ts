import * as pulumi from "@pulumi/pulumi";

/** Values that a host script reads from its standard input, by the names it lists at its top. */
export type ScriptInputs = Record<string, pulumi.Input<string>>;

/** NAME and its number of lines, then the lines as they are: nothing needs quoting, and a diff stays readable. */
export function encodeText(name: string, text: string): string {
    return `${name} ${text.split("\n").length}\n${text}\n`;
}

/** The inputs of a script as it reads them, in the order of their names. */
export function encodeInputs(inputs: Record<string, string>): string {
    return Object.keys(inputs)
        .sort()
        .map((name) => {
            if (!/^[A-Z][A-Z0-9_]*$/.test(name)) throw new Error(`script input "${name}" is not an upper-case name`);
            return encodeText(name, inputs[name] ?? "");
        })
        .join("");
}

/** The same for inputs that may be unknown or secret; the result is secret when one of them is. */
export function encodeInputOutputs(inputs: ScriptInputs): pulumi.Input<string> {
    if (Object.values(inputs).every((value) => typeof value === "string"))
        return encodeInputs(inputs as Record<string, string>);
    return pulumi.all(inputs).apply((values) => encodeInputs(values));
}

/** The inputs that encodeInputs has put into this text. */
export function decodeInputs(text: string): Record<string, string> {
    const inputs: Record<string, string> = {};
    const lines = text.split("\n");
    while (lines.length > 1) {
        const [name = "", count] = (lines.shift() ?? "").split(" ");
        inputs[name] = lines.splice(0, Number(count)).join("\n");
    }
    return inputs;
}
