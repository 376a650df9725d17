import type { TopLevelSpec } from "vega-lite";

/** White, since the page around it may be dark; the fonts of the machine that shows it. */
const CONFIG = { background: "white", font: "sans-serif", axis: { labelFontSize: 12, titleFontSize: 12 } };

/** A picture that a specification of Vega-Lite describes. It needs no browser. */
export async function svg(spec: TopLevelSpec): Promise<string> {
    const [vega, { compile }] = await Promise.all([import("vega"), import("vega-lite")]);
    const view = new vega.View(vega.parse(compile(spec, { config: CONFIG }).spec), { renderer: "none" });
    try {
        return `${await view.toSVG()}\n`;
    } finally {
        view.finalize();
    }
}
