/** The figures of docs/migrating.md, held against NVIDIA's own graphs. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectDir } from "../../../config/project";
import { folder, isThere, outcomes, reasons } from "./corpus";

if (!isThere) console.warn(`imports are not held against NVIDIA's graphs: ${folder} is not there`);

const page = readFileSync(join(projectDir, "docs/migrating.md"), "utf8");
/** The figure in a row of the page's tables. */
const figure = (row: string) =>
  Number(new RegExp(`^\\| ${row} *\\| *(\\d+)`, "m").exec(page)?.[1] ?? Number.NaN);

test("every reason is in the page's table, with a figure", () => {
  for (const [title] of reasons) expect([title, figure(title)]).toEqual([title, expect.any(Number)]);
});

(isThere ? describe : describe.skip)("NVIDIA's own graphs", () => {
  let copies: string;
  let found: ReturnType<typeof outcomes> = [];
  beforeAll(() => {
    copies = mkdtempSync(join(tmpdir(), "corpus-"));
    found = outcomes((text) => {
      const copy = join(copies, "graph.yaml");
      writeFileSync(copy, text);
      return copy;
    });
  }, 300_000);
  afterAll(() => rmSync(copies, { recursive: true }));

  test("are imported as often as the page says, at least", () => {
    const imported = found.filter(({ isImported }) => isImported);
    const whole = imported.filter(({ lost }) => lost.length === 0);
    const plain = imported.filter(({ isPlain }) => isPlain);
    expect(found.length).toBe(figure("files"));
    expect(imported.length).toBeGreaterThanOrEqual(figure("imported"));
    expect(whole.length).toBeGreaterThanOrEqual(figure("of these, without loss"));
    expect(plain.length).toBeGreaterThanOrEqual(figure("of these, by settings alone"));
    const isRecipe = ({ file }: { readonly file: string }) => /\/(head|1\.4)\/recipes\//.test(file);
    expect(imported.filter(isRecipe).length).toBeGreaterThanOrEqual(figure("recipes of 1.4 and newer"));
    expect(whole.filter(isRecipe).length).toBeGreaterThanOrEqual(figure("of these recipes, without loss"));
    expect(plain.filter(isRecipe).length).toBeGreaterThanOrEqual(
      figure("of these recipes, by settings alone"),
    );
  });

  test("are stacks that Pulumi reads, and graphs that the CRDs take", () => {
    expect(
      found.filter(({ problems }) => problems.length > 0).map(({ file, problems }) => [file, problems]),
    ).toEqual([]);
  });

  test("lose no more than the page says, and nothing that it does not say", () => {
    for (const [title] of reasons)
      expect([title, found.filter(({ lost }) => lost.includes(title)).length <= figure(title)]).toEqual([
        title,
        true,
      ]);
    expect(
      found.filter(({ lost }) => lost.includes("other")).map(({ file, words }) => [file, words]),
    ).toEqual([]);
  });
});
