import { Problem } from "../problem";
import { firstProblems, meant, nearestWords, shownName } from "../nearest";
import { releaseOf, typesOf } from "../../releases";
import { type Component, FLAG_LIFECYCLES } from "./lifecycle";

/** A finding of the linter: an error keeps a component from starting, a warning is for a person to judge. */
export interface Finding extends Problem {
    severity: "error" | "warning";
}

/** A flag as it is given, and where. */
export interface GivenFlag {
    name: string;
    /** Undefined where it could not be read. */
    value?: string;
    path: string;
}

/** What is to be said of the names of a component's flags in a minor version of Kubernetes. */
export function lintFlags(component: Component, given: readonly GivenFlag[], minor: number): Finding[] {
    const known = words((releaseOf(minor) ?? releaseOf(NEWEST_MINOR_WITH_DATA))?.flags[component]);
    const hidden = words(releaseOf(minor)?.hidden[component]);
    const listed = new Set([
        ...known,
        ...hidden,
        ...FLAG_LIFECYCLES.flatMap((row) => (row.component === component ? [row.flag] : [])),
    ]);
    const told = given
        .filter(({ name }) => listed.has(name))
        .flatMap((flag): Finding[] => {
            const finding = lifecycleFinding(component, flag.name, minor);
            return finding ? [{ path: flag.path, ...finding }] : [];
        });
    const unknown = given.filter(({ name }) => !listed.has(name));
    const tell = ({ name, path }: GivenFlag): Finding => ({
        path: shortPath(path, name),
        ...unknownFlag(component, name, minor, known),
    });
    return [...told, ...firstProblems(unknown, tell)];
}

const shortPath = (path: string, name: string) => path.replace(name, () => shownName(name));

function lifecycleFinding(component: Component, name: string, minor: number): Omit<Finding, "path"> | undefined {
    const row = FLAG_LIFECYCLES.find((one) => one.component === component && one.flag === name);
    if (row?.removedIn !== undefined && minor >= row.removedIn) {
        const message = `${component} has no such flag since Kubernetes 1.${row.removedIn} and would not start; ${row.instead}`;
        return { severity: "error", message };
    }
    if (row) {
        const end = row.removedIn === undefined ? "" : ` and goes in 1.${row.removedIn}`;
        // Deprecated long before the oldest version in the table, or in one that is still to come.
        if (row.deprecatedIn !== undefined && minor < row.deprecatedIn) return undefined;
        return { severity: "warning", message: `is deprecated${end}; ${row.instead}` };
    }
    return undefined;
}

function unknownFlag(component: Component, name: string, minor: number, known: string[]): Omit<Finding, "path"> {
    if (name.startsWith("-")) return { severity: "error", message: "write the flag without leading dashes" };
    const own = releaseOf(minor);
    const near = nearestWords(name, known);
    const perhaps = near.length > 0 ? `; did you mean ${near.join(" or ")}?` : "";
    if (own)
        return { severity: "error", message: `${component} 1.${minor} has no such flag and would not start${perhaps}` };
    // A version whose flags are not on record: what is not known there may still be right.
    return {
        severity: "warning",
        message: `${component} 1.${NEWEST_MINOR_WITH_DATA} has no such flag, and those of 1.${minor} are not on record${perhaps}`,
    };
}

/** What versions without data of their own are held against. */
export const NEWEST_MINOR_WITH_DATA = 32;

/** What is to be said of feature gates, given as the flag's value or as a map. */
export function lintGates(
    component: Component,
    gates: string | Record<string, unknown>,
    path: string,
    minor: number,
): Finding[] {
    const names =
        typeof gates === "string" ? gates.split(",").map((gate) => gate.split("=")[0] ?? "") : Object.keys(gates);
    const known = words(releaseOf(minor)?.gates[component]);
    if (known.length === 0) return [];
    const named = words(typesOf(minor)?.componentGates);
    const gone = names
        .map((name) => name.trim().split(":").at(-1) ?? "")
        .filter((gate) => gate !== "" && !known.includes(gate) && !/^All(Alpha|Beta)$/.test(gate));
    return firstProblems(gone, (gate): Finding => {
        if (named.includes(gate)) {
            const message = `${shownName(gate)} is fixed or on its way out in ${component} 1.${minor}, whose help does not show it any more; leave it out, before a later version refuses it`;
            return { severity: "warning", path, message };
        }
        const message = `${component} 1.${minor} knows no feature gate ${shownName(gate)} and would not start: it is gone or misspelt${meant(gate, known)}`;
        return { severity: named.length > 0 ? "error" : "warning", path, message };
    });
}

/** The words of a list that is apart by spaces. */
export function words(list = ""): string[] {
    return list.split(" ").filter((word) => word !== "");
}
