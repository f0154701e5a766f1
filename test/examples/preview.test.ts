/** The whole program and the policies, on every example. */
import { readFileSync } from "node:fs";
import { examples } from "./examples";
import { besideGraphs, goldenFileOf, objectsBeside, previewOf } from "./previewOf";

test.each(examples)("$name may be made, and violates no policy", async (example) => {
  const preview = await previewOf(example);
  const { summary } = preview;
  expect(summary.policies.violations).toEqual([]);
  expect(summary).toMatchObject({ refused: false, refusals: [] });
  // Its budget has room for an update.
  expect(summary.warnings).not.toContainEqual(expect.stringMatching(/budget|GPUs/));
  // After a change that is meant: npx tsx test/writeGolden.ts
  if (besideGraphs.includes(example.name))
    expect(objectsBeside(preview)).toBe(readFileSync(goldenFileOf(example.name), "utf8"));
});

test.each(examples)("$name says what it is for", ({ text }) => {
  expect(text).toMatch(
    /^# yaml-language-server: \$schema=\.\.\/config\/stack\.schema\.json\n(# .+\n){1,3}config:\n/,
  );
});
