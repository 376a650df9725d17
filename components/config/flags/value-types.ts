import * as net from "node:net";
import { firstProblems, meantOrKnown, nearestWords, shownName } from "../nearest";
import { releaseOf, typesOf } from "../../releases";
import { isBoolean, isDuration, isNumber, isQuantity, isWholeNumber } from "../value-forms";
import type { Component } from "./lifecycle";
import { type Finding, type GivenFlag, NEWEST_MINOR_WITH_DATA, words } from "./lint";

/** What a flag of a type takes: its form in words, and whether a value has it. */
interface ValueForm {
    what: string;
    is(value: string): boolean;
}

const pairs = (value: string) => value.split(",").filter((pair) => pair !== "");
const boolean: ValueForm = { what: "true or false", is: isBoolean };
const whole: ValueForm = { what: "a whole number", is: isWholeNumber };
const number: ValueForm = { what: "a number", is: isNumber };

/** By type, as the components' help names it. */
const FORMS: Record<string, ValueForm> = {
    bool: boolean,
    RuntimeDefault: boolean,
    int: whole,
    int32: whole,
    int64: whole,
    uint: whole,
    Level: whole,
    float: number,
    float32: number,
    duration: { what: "a duration, such as 40s", is: isDuration },
    quantity: { what: "a quantity, such as 64Ki", is: isQuantity },
    ip: { what: "an IP address", is: (value) => net.isIP(value) !== 0 },
    portRange: { what: "a range of ports, such as 30000-32767", is: (value) => /^\d+([-+]\d+)?$/.test(value) },
    mapStringString: { what: "KEY=VALUE,...", is: (value) => pairs(value).every((pair) => /^[^=]+(=|$)/.test(pair)) },
    mapStringBool: {
        what: "NAME=true or NAME=false, with commas between",
        is: (value) => pairs(value).every((pair) => /^\s*[^=\s]+=/.test(pair) && isBoolean(pair.split("=")[1] ?? "")),
    },
};
const GATES = FORMS.mapStringBool;

/** Values that a flag's type does not have, and words that the flag does not know: a component would not start. */
export function lintValues(component: Component, given: readonly GivenFlag[], minor: number): Finding[] {
    const data = releaseOf(minor) ?? releaseOf(NEWEST_MINOR_WITH_DATA);
    const types = new Map(
        Object.entries(data?.types[component] ?? {}).flatMap(([type, flags]) =>
            words(flags).map((flag) => [flag, type]),
        ),
    );
    const choices = new Map(Object.entries(data?.choices[component] ?? {}));
    const wrong = given.flatMap((flag) => {
        const message =
            formFault(flag, types.get(flag.name) ?? "") ??
            choiceFault(flag, words(choices.get(flag.name))) ??
            (component === "kube-apiserver" && flag.name === "runtime-config" ? apiFault(flag, minor) : undefined);
        return message === undefined ? [] : [{ path: flag.path, message }];
    });
    return firstProblems(wrong, (fault): Finding => ({ severity: "error", ...fault }));
}

function formFault({ name, value }: GivenFlag, type: string): string | undefined {
    const form = name === "feature-gates" ? GATES : FORMS[type];
    if (form === undefined || value === undefined || form.is(value)) return undefined;
    return `must be ${form.what}; found "${shownName(value)}"`;
}

// A list of words, or one of them.
function choiceFault({ value = "" }: GivenFlag, known: string[]): string | undefined {
    if (known.length === 0) return undefined;
    const unknown = value.split(",").find((word) => word !== "" && !known.includes(word));
    if (unknown === undefined) return undefined;
    return `${shownName(unknown)} is not known to this flag${meantOrKnown(unknown, known)}`;
}

const EVERY_API = ["api/all", "api/ga", "api/beta", "api/alpha", "api/legacy", "v1", "api/v1", "/v1"];

// GROUP/VERSION=true,... and GROUP/VERSION/RESOURCE=true,...
function apiFault({ value = "" }: GivenFlag, minor: number): string | undefined {
    const groups = typesOf(minor)?.apiVersions;
    if (!groups) return undefined;
    const faults = pairs(value).flatMap((pair) => {
        const [key = "", on = "true"] = pair.split("=");
        if (!isBoolean(on)) return [`${shownName(pair)} must end in =true or =false`];
        if (EVERY_API.includes(key)) return [];
        const [group = "", version = ""] = key.split("/");
        const known = words(groups[group]);
        if (!Object.hasOwn(groups, group)) {
            const [label = ""] = group.split(".");
            const near = Object.hasOwn(groups, label) ? [label] : nearestWords(group, Object.keys(groups), 1);
            return [
                `${shownName(key)}: kube-apiserver 1.${minor} has no API group ${shownName(group)}${near.length > 0 ? `; did you mean ${near.join("")}?` : ""}`,
            ];
        }
        return known.includes(version)
            ? []
            : [`${shownName(key)}: kube-apiserver 1.${minor} has ${group} in ${known.join(", ")} alone`];
    });
    return faults[0];
}
