import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { type Component, COMPONENTS, FLAG_LIFECYCLES } from "../../../components/config/flags/lifecycle";
import { releaseOf } from "../../../components/releases";
import { flagsByType, helpText, parseHelp, programOf } from "../../../commands/flags/help";
import { cacheDir } from "../../lab/paths";
import { groupThatNeeds } from "../../group";

const minorOf = (version: string) => Number(version.split(".")[1]);
const binaryOf = (version: string, component: string) => programOf(cacheDir("site"), version, component);
const complete = (version: string) => COMPONENTS.every((name) => existsSync(binaryOf(version, name)));
const versions = existsSync(cacheDir("site"))
    ? readdirSync(cacheDir("site")).filter((name) => name.startsWith("v1.") && complete(name))
    : [];
const skip = versions.length === 0 && "the lab's cache has no Kubernetes binaries: npm run lab:hosts builds them";

/** What an entry of the table says that the component's own words deny. */
function contradictions(version: string, component: Component): string[] {
    const minor = minorOf(version);
    const { flags, deprecated } = parseHelp(helpText(binaryOf(version, component)));
    const rows = FLAG_LIFECYCLES.filter((row) => row.component === component);
    return rows.flatMap(({ flag, deprecatedIn = 0, removedIn = 99 }) => {
        if (minor >= removedIn) return flags.includes(flag) ? [`${flag}: removed in 1.${removedIn}, and there`] : [];
        if (minor < deprecatedIn) return flags.includes(flag) ? [] : [`${flag}: not deprecated yet, and not there`];
        if (flags.includes(flag)) return deprecated.includes(flag) ? [] : [`${flag}: not marked as deprecated`];
        // Some that are deprecated are taken, but not shown.
        const answer = helpText(binaryOf(version, component), [`--${flag}=1`]);
        return answer.includes("has been deprecated") ? [] : [`${flag}: deprecated, and not there`];
    });
}

groupThatNeeds(skip, "the table of flags against the binaries", () => {
    for (const version of versions) {
        for (const component of COMPONENTS) {
            test(`${component} ${version}`, () => assert.deepEqual(contradictions(version, component), []));
        }
    }
});

groupThatNeeds(skip, "the recorded flags against the binaries; after a change: npm run flags -- VERSION", () => {
    for (const version of versions.filter((each) => releaseOf(minorOf(each))?.version === each)) {
        for (const component of COMPONENTS) {
            test(`${component} ${version}`, () => {
                const data = releaseOf(minorOf(version));
                const { flags, gates, types, choices } = parseHelp(helpText(binaryOf(version, component)));
                assert.deepEqual(data?.flags[component]?.split(" "), flags.sort());
                assert.deepEqual(data?.types[component], flagsByType(types));
                assert.deepEqual(Object.keys(data?.choices[component] ?? {}), Object.keys(choices));
                assert.deepEqual(data?.gates[component]?.split(" ").filter(Boolean), gates.sort());
            });
        }
    }
});
