/** Compact tables of any length: the library's time grows with the square of the rows, so it draws a hundred at once. */
import { stripVTControlCharacters } from "node:util";
import Table, { type Cell, type TableConstructorOptions } from "cli-table3";

const rowsAtOnce = 100;

/** @param rows each of them one line */
export function compactTable(options: TableConstructorOptions, rows: readonly Cell[][]): string {
  const style = { head: [], border: [], compact: true };
  const draw = (part: readonly Cell[][], colWidths: number[] = []) => {
    const table = new Table({ ...options, style, colWidths });
    table.push(...part);
    return table.toString().split("\n");
  };
  if (rows.length <= rowsAtOnce) return draw(rows).join("\n");
  const [border = ""] = draw(widestRows(rows));
  const colWidths = stripVTControlCharacters(border)
    .slice(1, -1)
    .split("┬")
    .map(({ length }) => length);
  const lines: string[] = [];
  for (let i = 0; i < rows.length; i += rowsAtOnce) {
    const part = draw(rows.slice(i, i + rowsAtOnce), [...colWidths]);
    lines.push(...part.slice(i === 0 ? 0 : 3, i + rowsAtOnce < rows.length ? -1 : undefined)); // three lines of head
  }
  return lines.join("\n");
}

/** Rows with the longest text of a column, or of several that a cell spans. */
function widestRows(rows: readonly Cell[][]): readonly Cell[][] {
  const widest = new Map<string, { row: Cell[]; width: number }>();
  for (const row of rows)
    for (const [column, cell] of row.entries()) {
      const { content, colSpan = 1 } = typeof cell === "object" && cell !== null ? cell : { content: cell };
      const width = stripVTControlCharacters(String(content)).length;
      const place = `${column} ${colSpan}`;
      if (width > (widest.get(place)?.width ?? -1)) widest.set(place, { row, width });
    }
  return [...new Set([...widest.values()].map(({ row }) => row))];
}
