import { closeSync, existsSync, mkdirSync, openSync, readSync, renameSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { sha256 } from "../artefacts/sha256";
import { LabError, outcome, pause } from "../run";

/** What bounds a download. */
export interface Patience {
    connectSeconds: number;
    /** For so long a download may be slower than 1 kB/s. */
    idleSeconds: number;
    /** How often one that was cut off is taken up again, and how many milliseconds later. */
    tries: number;
    pauseMilliseconds: number;
}

const usual: Patience = { connectSeconds: 10, idleSeconds: 30, tries: 4, pauseMilliseconds: 2000 };

/** The largest file of sums, in bytes: a web page in its place is longer. */
const largestText = 1024 * 1024;

export interface Download {
    url: string;
    file: string;
    /** SHA-256 that the file must have, in hexadecimal, and who says so. */
    sum: string;
    origin: "pinned" | "published";
}

/** curl's own words, without its name and the code. */
const words = (stderr: string) => (stderr.trim().split("\n").at(-1) ?? "").replace(/^curl: \(\d+\) /, "");

/** https alone, also behind redirects. */
const curl = (patience: Patience, ...args: string[]) =>
    outcome("curl", [
        ...["-fsSL", "--proto", "=https", "--connect-timeout", String(patience.connectSeconds)],
        ...["--speed-limit", "1000", "--speed-time", String(patience.idleSeconds)],
        ...args,
    ]);

/** What a small file says, such as one with sums. */
export async function downloadText(url: string, patience = usual): Promise<string> {
    const limits = ["--max-filesize", String(largestText), "--max-time", String(2 * patience.idleSeconds)];
    const { code, stdout, stderr } = await curl(patience, ...limits, url);
    if (code !== 0) throw new LabError(`cannot download ${url}: ${words(stderr)}`);
    return stdout;
}

/** The sum in the text of a file of sums: it stands there alone, or in the line of the file's name. */
export function sumIn(text: string, name: string): string | undefined {
    for (const line of text.split("\n")) {
        const [, sum, file] = /^([0-9a-f]{64})(?:\s+\*?(?:\.\/)?(\S+))?\s*$/.exec(line) ?? [];
        if (sum && (file === undefined || file === name)) return sum;
    }
    return undefined;
}

/** What a publisher says that a file's sum is, in a file of sums of its own. */
export async function publishedSum(sums: string, url: string, patience = usual): Promise<string> {
    const name = url.slice(url.lastIndexOf("/") + 1);
    const text = await downloadText(sums, patience);
    const sum = sumIn(text, name);
    if (sum) return sum;
    const found = webPage(text) ?? `it begins with "${text.trimStart().slice(0, 40)}"`;
    throw new LabError(`${sums} has no SHA-256 of ${name}: ${found}`);
}

/** What to say of a web page that came in a file's place; undefined where it is none. */
function webPage(text: string): string | undefined {
    if (!/^\s*<[!?a-z]/i.test(text)) return undefined;
    const title = /<title>\s*([^<]*?)\s*<\/title>/i.exec(text)?.[1];
    return `it is a web page${title ? ` ("${title}")` : ""}: does a proxy or a login page answer for the site?`;
}

function beginningOf(file: string): string {
    const bytes = Buffer.alloc(2000);
    const descriptor = openSync(file, "r");
    try {
        return bytes.subarray(0, readSync(descriptor, bytes)).toString("latin1");
    } finally {
        closeSync(descriptor);
    }
}

/** Whether curl's failure is one that passes: cut off, stalled, or a server that is busy. 22 is any HTTP error. */
const passes = (code: number, stderr: string) =>
    [18, 28, 52, 55, 56, 92].includes(code) || (code === 22 && /error: (408|429|5\d\d)/.test(stderr));

/** Whether the server cannot go on in the middle of this file. */
const cannotResume = (code: number, stderr: string) =>
    [33, 36].includes(code) || (code === 22 && stderr.includes("error: 416"));

/** Brings the file to `partial`, going on where an earlier call was cut off. */
async function bring(url: string, partial: string, patience: Patience): Promise<void> {
    for (let attempt = 1; ; attempt++) {
        const { code, stderr } = await curl(patience, "-C", "-", "-o", partial, url);
        if (code === 0) return;
        if (cannotResume(code, stderr)) {
            rmSync(partial, { force: true });
        } else if (!passes(code, stderr)) {
            throw new LabError(`cannot download ${url}: ${words(stderr)}`);
        }
        if (attempt >= patience.tries) {
            throw new LabError(
                `cannot download ${url}: ${words(stderr)} (${attempt} tries); the next run goes on from there`,
            );
        }
        await pause(patience.pauseMilliseconds);
    }
}

/**
 * Downloads a file that appears only when it is whole and has its sum. One that was cut off is taken up where it ended, also
 * by a later run; one with another sum is thrown away.
 */
export async function download({ url, file, sum, origin }: Download, patience = usual): Promise<void> {
    const partial = `${file}.download`;
    mkdirSync(dirname(file), { recursive: true });
    let found = existsSync(partial) ? await sha256(partial) : undefined;
    for (let again = found !== undefined && found !== sum; found !== sum; again = false) {
        await bring(url, partial, patience);
        found = await sha256(partial);
        if (found === sum) break;
        const page = webPage(beginningOf(partial));
        rmSync(partial);
        // What an earlier run had begun may be of another file: once more from the beginning.
        if (again) continue;
        const wrong = `${url} has the SHA-256 ${found}, its ${origin} one is ${sum}`;
        throw new LabError(`${[wrong, page].filter(Boolean).join("; ")}; nothing of it was kept`);
    }
    renameSync(partial, file);
}
