import { readFileSync } from "node:fs";
import { readEvents, type PlannedStep, type Preview } from "./events";
import { hostLine } from "../host-words";
import { stageOf, stages } from "../stages";

const COLUMNS = ["create", "update", "replace", "delete"] as const;
type Column = (typeof COLUMNS)[number];

/** A replacement is several steps of the engine, of which one is counted. */
const COLUMN_OF: Record<string, Column> = { create: "create", update: "update", replace: "replace", delete: "delete" };

const nameOf = (urn: string) => urn.split("::").pop() ?? urn;

/** The script of a remote command with its arguments, such as "init.sh verify"; the installer by its purpose. */
function script(text: unknown): string | undefined {
    if (typeof text !== "string") return undefined;
    return /\/([a-z0-9-]+\.sh(?: [^|&;]*)?)$/.exec(text)?.[1] ?? (text.endsWith("bash -s") ? "prepare" : text);
}

/** What a step runs on a host; undefined where it dials nobody. */
function onHost({ op, type, old, new: next }: PlannedStep): string | undefined {
    if (!type.startsWith("command:remote:")) return undefined;
    if (type !== "command:remote:Command") return COLUMN_OF[op] && "copies files";
    if (op === "delete") return script(old?.delete);
    if (op === "update") return script(next?.update ?? next?.create);
    if (op === "replace")
        return [script(old?.delete), script(next?.create)].filter(Boolean).join(", then ") || undefined;
    return op === "create" ? script(next?.create) : undefined;
}

function table(steps: PlannedStep[]): string[] {
    const rows = stages.flatMap((stage) => {
        const here = steps.filter(({ urn }) => stageOf(urn) === stage);
        const counts = COLUMNS.map((column) => here.filter(({ op }) => COLUMN_OF[op] === column).length);
        return counts.some((count) => count > 0) ? [`| ${[stage, ...counts.map((n) => n || "")].join(" | ")} |`] : [];
    });
    if (rows.length === 0) return ["No changes."];
    return [`| stage | ${COLUMNS.join(" | ")} |`, "| --- | ---: | ---: | ---: | ---: |", ...rows];
}

/** The steps that run something on a host, by what happens to them. */
function hostWarning(steps: PlannedStep[]): string[] {
    const touched = steps.flatMap((step) => {
        const what = onHost(step);
        return what === undefined ? [] : [`- \`${nameOf(step.urn)}\` (${step.op}): \`${what}\``];
    });
    if (touched.length === 0) return ["No host is touched."];
    const count = touched.length === 1 ? "one step" : `${touched.length} steps`;
    const warning = `> :warning: **Hosts are touched:** ${count} of \`pulumi up\` will run something on a host.`;
    return [warning, "", "<details><summary>Steps on hosts</summary>", "", ...touched, "", "</details>"];
}

function complaints({ violations, errors }: Preview): string[] {
    const broken = violations
        .filter(({ level }) => level === "mandatory")
        .map(
            ({ policy, urn, message }) =>
                `- **${policy}** by \`${nameOf(urn)}\`: ${hostLine(message.split("\n").pop() ?? "")}`,
        );
    const failed = errors
        .filter((error) => error !== "preview failed")
        .map((error) => `- ${hostLine(error.split("\n")[0] ?? "")}`);
    return [...broken, ...failed];
}

/** A preview in Markdown: what fails, resources by stage, and whether a host is touched. */
export function summarise(stack: string, preview: Preview, options: { failed: boolean; throwAway: boolean }): string {
    const state = options.throwAway ? ", planned as a new stack, without its secrets and its state" : "";
    return [
        `### Preview of \`${stack}\`${state}`,
        "",
        ...(options.failed ? [":x: **The preview failed.**", ...complaints(preview), ""] : []),
        ...table(preview.steps),
        "",
        ...hostWarning(preview.steps),
        "",
        "What somebody changed on a host by hand is not seen by a preview.",
        "",
    ].join("\n");
}

if (require.main === module) {
    const [stack = "", code, mode] = process.argv.slice(2);
    const options = { failed: code !== "0", throwAway: mode === "--throw-away" };
    process.stdout.write(summarise(stack, readEvents(readFileSync(0, "utf8")), options));
}
