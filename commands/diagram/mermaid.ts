import type { Cluster, Part } from "./cluster";

const quoted = (text: string) => `"${text.replaceAll('"', "#quot;")}"`;
const label = ({ title, details }: Part) => quoted([title, ...details].join("<br>"));

/** The cluster as a Mermaid flowchart: a frame for each host, arrows from what is awaited to what waits. */
export function mermaid({ title, parts, waits }: Cluster): string {
    // Mermaid's own words, such as "end", are not allowed as names.
    const names = new Map(parts.map(({ id }, index) => [id, `p${index}`]));
    const node = (part: Part) => `${names.get(part.id)}[${label(part)}]`;
    const hosts = [...new Set(parts.flatMap(({ host }) => host ?? []))];
    return [
        "---",
        `title: ${quoted(title)}`,
        "---",
        "flowchart LR",
        ...hosts.flatMap((host, index) => [
            `    subgraph h${index} [${quoted(host)}]`,
            ...parts.filter((part) => part.host === host).map((part) => `        ${node(part)}`),
            "    end",
        ]),
        ...parts.filter(({ host }) => host === undefined).map((part) => `    ${node(part)}`),
        ...waits.map(([waiting, awaited]) => `    ${names.get(awaited)} --> ${names.get(waiting)}`),
        "",
    ].join("\n");
}
