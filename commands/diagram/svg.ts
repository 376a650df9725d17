import { stages } from "../stages";
import { escaped } from "../xml";
import type { Cluster, Part } from "./cluster";

const BOX = { width: 230, line: 16, padding: 10 };
const GAP = { column: 70, row: 26 };
const MARGIN = 24;
const HEAD = 84;

interface Placed extends Part {
    x: number;
    y: number;
    height: number;
}

const longest = Math.floor((BOX.width - 2 * BOX.padding) / 6.2);
/** An end is what tells images apart. */
const shortened = (text: string) => (text.length > longest ? `…${text.slice(1 - longest)}` : text);

const linesOf = ({ host, title, details }: Part) => [host === undefined ? title : `${host}: ${title}`, ...details];

/** A column for each stage, in it a box for each part. */
function place(parts: Part[]): Placed[] {
    const columns = stages.filter((stage) => parts.some((part) => part.stage === stage));
    return columns.flatMap((stage, column) => {
        let y = HEAD;
        return parts
            .filter((part) => part.stage === stage)
            .map((part) => {
                const height = linesOf(part).length * BOX.line + 2 * BOX.padding;
                const placed = { ...part, x: MARGIN + column * (BOX.width + GAP.column), y, height };
                y += height + GAP.row;
                return placed;
            });
    });
}

function box(part: Placed): string {
    const texts = linesOf(part).map((line, index) => {
        const y = part.y + BOX.padding + BOX.line * (index + 0.8);
        const weight = index === 0 ? ' font-weight="bold"' : "";
        return `<text x="${part.x + BOX.padding}" y="${y}"${weight}>${escaped(shortened(line))}</text>`;
    });
    const frame = `fill="#eef4fb" stroke="#4a7ab5" x="${part.x}" y="${part.y}" width="${BOX.width}" height="${part.height}" rx="6"`;
    return `<g><title>${escaped(linesOf(part).join("\n"))}</title><rect ${frame}/>${texts.join("")}</g>`;
}

/** From the awaited part's right side to the waiting one's left; between parts of one column along their sides. */
function arrow(awaited: Placed, waiting: Placed): string {
    const [x1, y1] = [awaited.x + BOX.width, awaited.y + awaited.height / 2];
    const same = awaited.x === waiting.x;
    const [x2, y2] = [same ? waiting.x + BOX.width : waiting.x, waiting.y + waiting.height / 2];
    const bend = same ? GAP.column / 2 : Math.max(GAP.column / 2, (x2 - x1) / 2);
    const curve = `M${x1} ${y1} C${x1 + bend} ${y1} ${same ? x2 + bend : x2 - bend} ${y2} ${x2} ${y2}`;
    return `<path d="${curve}" fill="none" stroke="#777" marker-end="url(#head)"/>`;
}

/** The cluster as a picture that needs nothing else: stages from left to right, arrows to what waits. */
export function svg({ title, parts, waits }: Cluster): string {
    const placed = place(parts);
    const byId = new Map(placed.map((part) => [part.id, part]));
    const width = Math.max(...placed.map(({ x }) => x + BOX.width), 500) + MARGIN + GAP.column / 2;
    const height = Math.max(...placed.map((part) => part.y + part.height)) + MARGIN;
    const heads = new Map(placed.map(({ x, stage }) => [x, stage]));
    const arrows = waits.flatMap(([waiting, awaited]) => {
        const [to, from] = [byId.get(waiting), byId.get(awaited)];
        return to && from ? [arrow(from, to)] : [];
    });
    return [
        `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">`,
        `<defs><marker id="head" markerWidth="9" markerHeight="8" refX="8" refY="4" orient="auto"><path d="M0 0L9 4L0 8z" fill="#777"/></marker></defs>`,
        `<rect width="100%" height="100%" fill="#fff"/>`,
        `<text x="${MARGIN}" y="32" font-size="18">${escaped(title)}</text>`,
        ...[...heads].map(([x, stage]) => `<text x="${x}" y="${HEAD - 14}" fill="#777">${escaped(stage)}</text>`),
        ...arrows,
        ...placed.map(box),
        "</svg>",
        "",
    ].join("\n");
}
