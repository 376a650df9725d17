import * as semver from "semver";

/** A version taken apart. */
export interface Version {
    major: number;
    minor: number;
    patch: number;
}

/** Whether a text is a version, with or without its v. */
export function isVersion(text: string): boolean {
    return semver.valid(text, { loose: true }) !== null;
}

/**
 * Takes a version apart, with or without its v.
 * @throws Error where the text is none, such as 1.32 without its patch
 */
export function versionOf(text: string): Version {
    const parsed = semver.parse(text, { loose: true });
    if (!parsed) throw new Error(`"${text}" is no version: write MAJOR.MINOR.PATCH, such as v1.32.0`);
    return { major: parsed.major, minor: parsed.minor, patch: parsed.patch };
}

/** The minor number of a version such as v1.32.0: 32. */
export function minorOf(text: string): number {
    return versionOf(text).minor;
}

/** Major and minor of a version such as v1.32.0: 1.32. */
export function releaseLine(text: string): string {
    const { major, minor } = versionOf(text);
    return `${major}.${minor}`;
}

/** Which of two versions is newer: above 0 the first, below 0 the second, 0 neither. */
export function compareVersions(one: string, other: string): number {
    return semver.compare(one, other, { loose: true });
}
