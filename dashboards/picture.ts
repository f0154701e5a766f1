/** A dashboard's layout as a picture: which panel is where, and what it shows. */
import type { Dashboard } from "@grafana/grafana-foundation-sdk/dashboard";

/** Pixels of one of the 24 columns, and of one unit of height. */
const unit = { width: 40, height: 22 };
const margin = 6;

interface Placed {
  readonly type?: string;
  readonly title?: string;
  readonly gridPos?: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly object[];
}

/** An SVG that is drawn from the same definition as Grafana's panels. */
export function picture({ title, panels = [] }: Dashboard): string {
  const placed = panels as readonly Placed[];
  const height = Math.max(...placed.map(({ gridPos }) => (gridPos ? gridPos.y + gridPos.h : 0)));
  const [width, bottom] = [24 * unit.width, height * unit.height + 40];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${bottom}" font-family="sans-serif" role="img">`,
    `<title>${text(title ?? "")}</title>`,
    `<rect width="${width}" height="${bottom}" fill="#f4f5f5"/>`,
    `<text x="${margin}" y="26" font-size="18" font-weight="bold" fill="#24292e">${text(title ?? "")}</text>`,
    ...placed.flatMap(draw),
    "</svg>",
    "",
  ].join("\n");
}

function draw({ type, title = "", gridPos, targets = [] }: Placed): string[] {
  if (!gridPos) return [];
  const x = gridPos.x * unit.width + margin / 2;
  const y = gridPos.y * unit.height + 40;
  const [width, height] = [gridPos.w * unit.width - margin, gridPos.h * unit.height - margin];
  if (type === "row")
    return [`<text x="${x + 3}" y="${y + 16}" font-size="13" fill="#464c54">▾ ${text(title)}</text>`];
  const lines = targets.map((target) => String((target as { legendFormat?: string }).legendFormat ?? ""));
  return [
    `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="3" fill="#fff" stroke="#d8d9da"/>`,
    `<text x="${x + 8}" y="${y + 18}" font-size="12" font-weight="bold" fill="#24292e">${text(shorten(title, width, 12))}</text>`,
    ...(type === "stat"
      ? [
          `<text x="${x + width / 2}" y="${y + height - 14}" font-size="22" fill="#73bf69" text-anchor="middle">●</text>`,
        ]
      : lines.map(
          (line, i) =>
            `<text x="${x + 8}" y="${y + height - 8 - 14 * (lines.length - 1 - i)}" font-size="11" fill="#7b8087">— ${text(shorten(line, width, 11))}</text>`,
        )),
  ];
}

/** As much of a text as fits, at about 0.55 em a letter. */
function shorten(words: string, width: number, size: number): string {
  const most = Math.floor((width - 24) / (size * 0.55));
  return words.length <= most ? words : `${words.slice(0, most - 1)}…`;
}

function text(value: string): string {
  return value.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
