import Table, { type Cell } from "cli-table3";
import { compactTable } from "../../../commands/preview/compactTable";

const options = { head: ["graph", "a column", "GPUs"], colAligns: ["left", "left", "right"] as const };

/** The library's own drawing, of all rows at once. */
function whole(rows: readonly Cell[][]): string {
  const table = new Table({
    ...options,
    colAligns: [...options.colAligns],
    style: { head: [], border: [], compact: true },
  });
  table.push(...rows);
  return table.toString();
}

const rowsOf = (count: number): Cell[][] => [
  ...Array.from({ length: count }, (_, i) => [`graph-${i}`, "x".repeat(i % 17), i * i]),
  ...Array.from({ length: count }, (_, i) => [{ colSpan: 2, content: `graph-${i} in all` }, i]),
];

test.each([0, 1, 49, 50, 51, 100, 333])("a table of twice %i rows is drawn as by the library", (count) => {
  const rows = rowsOf(count);
  expect(compactTable({ ...options, colAligns: [...options.colAligns] }, rows)).toBe(whole(rows));
});

test("a cell of several columns may be the widest", () => {
  const rows = [
    ...rowsOf(200),
    [{ colSpan: 2, content: "a text that is wider than its two columns are" }, 1],
  ];
  expect(compactTable({ ...options, colAligns: [...options.colAligns] }, rows)).toBe(whole(rows));
});
