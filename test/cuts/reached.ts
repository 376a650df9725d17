import { exceptions } from "./situations/exceptions";

/** Names of the functions in scripts. */
export function functionsOf(texts: Map<string, string>): Set<string> {
    return new Set(
        [...texts.values()].flatMap((text) =>
            [...text.matchAll(/^([a-z_]+)\(\) [{(]/gm)].map((found) => found[1] ?? ""),
        ),
    );
}

// What changes a host or the cluster: functions of files.sh and their like, programs, and what is written to a file.
const CHANGES = [
    /(?:^\s*|[;&|{()!] |if |then |else |do )(?:put|record|forget|take_away|give_back|keep_original|move_whole|move_directory|install_file|release|renew|must|attempt|by_apt|by_dnf|rm|mv|cp|install|umount|swapoff|swapon|modprobe|sysctl|wipefs|dd)\b(?![(=])/g,
    /\bsystemctl (?:-q )?(?:start|stop|restart|enable|disable)\b/g,
    /\bkubectl\b[^|;]* (?:apply|replace|delete|patch|approve|taint|annotate|label|drain|rollout restart)\b/g,
    /\bctr -n k8s.io (?:tasks kill|tasks delete|images rm|images remove|images mount)\b/g,
    // That of a group is no part of a command, and a log is none of what is changed.
    /(?<![<>=2&]|\} )>>? ?"[^"&]+"/g,
];
/** What a script says is no command. */
const withoutWords = (line: string) =>
    line.replaceAll(/"((?:[^"\\]|\\.)*)"/g, (whole, text: string) => (/[a-z,;:] [a-z]/.test(text) ? '""' : whole));

const plain = (text: string) => text.replaceAll(/\s+/g, "");

/**
 * Lines of scripts that change something, and that no undisturbed run reaches: cuts try nothing of them.
 * @param texts scripts and parts of scripts by their file names
 * @param ran commands of undisturbed runs, each as FILE:LINE COMMAND
 */
export function unreached(texts: Map<string, string>, ran: string[], known = exceptions): [string, string][] {
    const at = new Map<string, string>();
    for (const line of new Set(ran)) {
        const [, place = "", command = ""] = /^(\S+:\d+) (.*)$/.exec(line) ?? [];
        at.set(place, (at.get(place) ?? "") + plain(` ${command}`));
    }
    const unused = new Set(known.map(([script, text]) => `${script}: ${text}`));
    const problems: [string, string][] = [];
    for (const [script, text] of texts) {
        for (const { line, number, last } of statements(text)) {
            const changes = CHANGES.flatMap((pattern) =>
                [...withoutWords(line).matchAll(pattern)].map(([found]) => found),
            );
            const places = Array.from(
                { length: last - number + 1 },
                (_, index) => at.get(`${script}:${number + index}`) ?? "",
            );
            const missing = changes.filter(
                (change) =>
                    !places.some((commands) =>
                        commands.includes(plain(change.replace(/^(?:[;&|{()!]|if|then|else|do)? +/, ""))),
                    ),
            );
            if (missing.length === 0) continue;
            const exception = known.find(([file, part]) => file === script && line.includes(part));
            if (exception) unused.delete(`${exception[0]}: ${exception[1]}`);
            else
                problems.push([
                    script,
                    `no situation reaches line ${number}: ${line.trim().slice(0, 100)}; define one in test/cuts/situations, or say why not in exceptions.ts`,
                ]);
        }
    }
    for (const exception of unused)
        problems.push([
            exception.replace(/: .*/, ""),
            `the exception "${exception}" is not needed; remove it from test/cuts/situations/exceptions.ts`,
        ]);
    return problems;
}

/** Each line with those that go on with it; comments and here-documents are none. */
function statements(text: string): { line: string; number: number; last: number }[] {
    const lines = text.split("\n");
    const all: { line: string; number: number; last: number }[] = [];
    let end = "";
    for (let index = 0; index < lines.length; index++) {
        const first = index;
        let line = lines[index] ?? "";
        if (end !== "") {
            if (line.trim() === end) end = "";
            continue;
        }
        if (/^\s*#/.test(line)) continue;
        end = /<<-?'?([A-Z]+)'?$/.exec(line)?.[1] ?? "";
        while (/(\\|\|\||&&|\|)$/.test(line)) line = `${line.replace(/\\$/, "")} ${(lines[++index] ?? "").trim()}`;
        all.push({ line, number: first + 1, last: index + 1 });
    }
    return all;
}
