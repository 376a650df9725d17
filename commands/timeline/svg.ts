import { escaped } from "../xml";
import { criticalPath, type Run, type Step } from "./steps";

const MARGIN = 24;
const ROW = 18;
const HEAD = 110;
const CHART = 900;
/** Room behind the chart for the duration of a step that ends last. */
const TAIL = 90;
const LETTER = 6.6;

const COLOURS = { create: "#4a7ab5", update: "#c98a1b", delete: "#8a8a8a", failed: "#c0392b" };
const TICKS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400];
const MOST_TICKS = 12;

/** Such as "48 s" or "2 min 3 s". */
export const duration = (seconds: number): string =>
    seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;

/** Such as "2:03". */
export const clock = (seconds: number): string =>
    `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;

/** A line of the picture: one step, or all of a host that the log's whole seconds have as nothing. */
interface Row {
    label: string;
    steps: Step[];
    critical: boolean;
}

const seconds = ({ start, end }: Step) => end - start;
const colour = ({ outcome, operation }: Step) => COLOURS[outcome === "failed" ? "failed" : operation];

/** Hosts by name, then the cluster; each with its rows in the order in which they began. */
function groupsOf(run: Run, path: Set<Step>): [title: string, rows: Row[]][] {
    const hosts = [...new Set(run.steps.map(({ host }) => host))].sort((a, b) =>
        a === undefined ? 1 : b === undefined ? -1 : a.localeCompare(b, "en", { numeric: true }),
    );
    return hosts.map((host) => {
        const steps = run.steps.filter((step) => step.host === host).sort((a, b) => a.began - b.began);
        // A failure is never one of many.
        const long = steps.filter((step) => seconds(step) > 0 || step.outcome !== "done");
        const short = steps.filter((step) => !long.includes(step));
        const rows = long.map((step) => ({ label: step.name, steps: [step], critical: path.has(step) }));
        const rest = { label: `${short.length} under a second`, steps: short, critical: false };
        return [host ?? "cluster", short.length > 0 ? [...rows, rest] : rows];
    });
}

function bar(step: Step, y: number, x: (second: number) => number, critical: boolean): string {
    const { outcome, operation, start, name } = step;
    const width = Math.max(x(step.end) - x(start), 2);
    const cut = outcome === "cut off" ? ' fill-opacity="0.4" stroke-dasharray="3 2"' : "";
    const stroke = critical ? ' stroke="#111" stroke-width="2"' : outcome === "cut off" ? ' stroke="#111"' : "";
    const about = `${name}: ${operation}, ${outcome}, ${clock(start)} to ${clock(step.end)} (${duration(seconds(step))})`;
    const box = `x="${x(start)}" y="${y + 3}" width="${width}" height="${ROW - 6}"`;
    return `<rect class="step" ${box} fill="${colour(step)}"${stroke}${cut}><title>${escaped(about)}</title></rect>`;
}

/** Round times with a line each. */
function axis(total: number, bottom: number, x: (second: number) => number): string[] {
    const step = TICKS.find((each) => total / each <= MOST_TICKS) ?? Math.ceil(total / MOST_TICKS);
    return Array.from({ length: Math.floor(total / step) + 1 }, (_, index) => {
        const at = x(index * step);
        const line = `<line x1="${at}" y1="${HEAD - 8}" x2="${at}" y2="${bottom}" stroke="#ddd"/>`;
        return `${line}<text x="${at}" y="${HEAD - 14}" fill="#777" text-anchor="middle">${clock(index * step)}</text>`;
    });
}

function legend(): string[] {
    const entries: [string, string][] = [
        ...Object.entries(COLOURS).map(([word, fill]): [string, string] => [word, `fill="${fill}"`]),
        ["critical path", 'fill="#fff" stroke="#111" stroke-width="2"'],
        ["cut off", 'fill="#fff" stroke="#111" stroke-dasharray="3 2"'],
    ];
    let x = MARGIN;
    return entries.map(([word, look]) => {
        const entry = `<rect x="${x}" y="48" width="14" height="12" ${look}/><text x="${x + 20}" y="58">${word}</text>`;
        x += 44 + word.length * LETTER;
        return entry;
    });
}

/** A run as a picture that needs nothing else: a frame for each host, a bar for each step, time from left to right. */
export function timelineSvg(run: Run): string {
    const groups = groupsOf(run, new Set(criticalPath(run.steps)));
    const labels = groups.flatMap(([title, rows]) => [title, ...rows.map(({ label }) => label)]);
    const left = MARGIN + Math.ceil(Math.max(...labels.map(({ length }) => length)) * LETTER) + 20;
    const x = (second: number) => Math.round(left + (second / Math.max(run.seconds, 1)) * CHART);
    const drawn: string[] = [];
    let y = HEAD;
    for (const [title, rows] of groups) {
        drawn.push(`<text x="${MARGIN}" y="${y + 13}" font-weight="bold" font-size="13">${escaped(title)}</text>`);
        y += ROW;
        for (const { label, steps, critical } of rows) {
            const weight = critical ? ' font-weight="bold"' : "";
            drawn.push(`<text x="${MARGIN + 12}" y="${y + 13}"${weight}>${escaped(label)}</text>`);
            drawn.push(...steps.map((step) => bar(step, y, x, critical)));
            const [only] = steps;
            if (steps.length === 1 && only && seconds(only) > 0)
                drawn.push(`<text x="${x(only.end) + 6}" y="${y + 13}"${weight}>${duration(seconds(only))}</text>`);
            y += ROW;
        }
        y += ROW / 2;
    }
    const [width, height] = [left + CHART + TAIL, y + MARGIN];
    const title = `${run.stack}: ${run.steps.length} steps in ${duration(run.seconds)}, ${run.result}`;
    return [
        `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">`,
        `<rect width="100%" height="100%" fill="#fff"/>`,
        `<text x="${MARGIN}" y="32" font-size="18">${escaped(title)}</text>`,
        ...legend(),
        ...axis(run.seconds, y, x),
        ...drawn,
        "</svg>",
        "",
    ].join("\n");
}
