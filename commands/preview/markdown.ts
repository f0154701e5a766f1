/** Parts of a comment in GitHub's markdown. */
import { printable, visible } from "../../config/printable";

/** Maximum of characters of one list or table, of which a comment has eight. */
const maxLength = 7_000;

/** As many lines as a comment has room for, and in place of the others one with their number. */
export function fitting(lines: readonly string[], more: (count: number) => string): string[] {
  let left = maxLength;
  const shown = lines.filter((line) => {
    left -= line.length + 1;
    return left >= 0;
  });
  const hidden = lines.length - shown.length;
  return hidden === 0 ? shown : [...shown, more(hidden)];
}

/** A text to unfold; none where the text is empty. */
export function details(title: string, text: string): string {
  return text === "" ? "" : `<details><summary>${title}</summary>\n\n${text}\n\n</details>`;
}

/** A list, cut where the comment has no more room. */
export function bullets(items: readonly string[]): string {
  return fitting(
    items.map((item) => `- ${item}`),
    (count) => `- … and ${count} more`,
  ).join("\n");
}

/**
 * A table, cut where the comment has no more room.
 * @param alignment of each column, as in the line below the head: `---`, `--:`
 */
export function table(
  head: readonly string[],
  alignment: readonly string[],
  rows: readonly string[][],
): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const body = fitting(rows.map(line), (count) =>
    line(head.map((_, i) => (i === 0 ? `… and ${count} more` : ""))),
  );
  return [line(head), line(alignment), ...body].join("\n");
}

/** A block whose fence is longer than any within. */
export function fenced(language: string, text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${language}\n${visible(text)}\n${fence}`;
}

/** Text as code in a line or a table's cell. */
export function code(text: string): string {
  return `\`${printable(text).replaceAll(/[`|]/g, "")}\``;
}

/** Text that says what it says, and not too much: no markup, no mention of people, no end of a table's cell. */
export function plainText(text: string): string {
  return printable(text)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll("@", "&#64;")
    .replaceAll(/([\\|`*_[\]~])/g, "\\$1");
}
