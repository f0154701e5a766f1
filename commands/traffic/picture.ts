/** A run as an SVG: percentiles of its latencies, beside those of an earlier run where there is one. */
import { max } from "d3-array";
import { distributions, figure, percentiles, type TrafficReport } from "./report";

const panel = { width: 300, height: 230, margin: 12 };
const bar = { width: 34, max: 130, bottom: 190 };
const colours = { earlier: "#b7bdc4", now: "#3274d9" };

/** @param earlier run to draw beside it */
export function picture(now: TrafficReport, earlier?: TrafficReport): string {
  const width = panel.width * Object.keys(distributions).length;
  const { name, model } = now.target;
  const { completed, failed, requestThroughput, outputTokenThroughput } = now.metrics;
  const title = `${name}: ${model}`;
  const summary = `${completed} completed, ${failed} failed, ${now.load.concurrency} at a time, ${figure(requestThroughput)} requests/s, ${figure(outputTokenThroughput)} output tokens/s`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${panel.height + 56}" font-family="sans-serif" role="img">`,
    `<title>${text(title)}</title>`,
    `<rect width="${width}" height="${panel.height + 56}" fill="#f4f5f5"/>`,
    `<text x="${panel.margin}" y="24" font-size="16" font-weight="bold" fill="#24292e">${text(title)}</text>`,
    `<text x="${panel.margin}" y="44" font-size="12" fill="#7b8087">${text(summary)}</text>`,
    ...(earlier ? legend(width, earlier, now) : []),
    ...Object.entries(distributions).flatMap(([label, key], column) => [
      `<g transform="translate(${column * panel.width + panel.margin / 2} 52)">`,
      `<rect width="${panel.width - panel.margin}" height="${panel.height - panel.margin}" rx="3" fill="#fff" stroke="#d8d9da"/>`,
      `<text x="10" y="20" font-size="12" font-weight="bold" fill="#24292e">${label}, ms</text>`,
      ...bars(now.metrics[key], earlier?.metrics[key]),
      "</g>",
    ]),
    "</svg>",
    "",
  ].join("\n");
}

type Percentiles = Readonly<Record<(typeof percentiles)[number], number>> | undefined;

function bars(now: Percentiles, earlier: Percentiles): string[] {
  const runs = Object.entries({ earlier, now }).filter(([, values]) => values !== undefined);
  const scale = bar.max / (max(runs, ([, values]) => values?.p99) || 1);
  const step = (panel.width - panel.margin) / percentiles.length;
  return percentiles.flatMap((percentile, group) => {
    const middle = Math.round((group + 0.5) * step);
    return [
      `<text x="${middle}" y="${bar.bottom + 17}" font-size="11" fill="#464c54" text-anchor="middle">${percentile}</text>`,
      ...runs.flatMap(([run, values], i) => {
        const value = values?.[percentile] ?? 0;
        const height = Math.max(1, Math.round(value * scale));
        const x = middle + (i - runs.length / 2) * (bar.width + 4) + 2;
        return [
          `<rect x="${x}" y="${bar.bottom - height}" width="${bar.width}" height="${height}" fill="${colours[run as keyof typeof colours]}"/>`,
          `<text x="${x + bar.width / 2}" y="${bar.bottom - height - 5}" font-size="10" fill="#24292e" text-anchor="middle">${figure(value)}</text>`,
        ];
      }),
    ];
  });
}

function legend(width: number, earlier: TrafficReport, now: TrafficReport): string[] {
  const entries = [
    [colours.earlier, `earlier (${earlier.started})`],
    [colours.now, `now (${now.started})`],
  ];
  return entries.flatMap(([colour, label = ""], i) => [
    `<rect x="${width - 240}" y="${14 + 18 * i}" width="10" height="10" fill="${colour}"/>`,
    `<text x="${width - 224}" y="${23 + 18 * i}" font-size="11" fill="#464c54">${text(label)}</text>`,
  ]);
}

function text(value: string): string {
  return value.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
