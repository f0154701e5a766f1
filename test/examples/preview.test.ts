/** The whole program and the policies, on every example. */
import { previewStack } from "../../commands/preview/previewStack";
import { inStateOfItsOwn } from "../pulumiState";
import { type Example, examples } from "./examples";

/** With the policies' defaults. */
const preview = ({ name, values, config }: Example) =>
  inStateOfItsOwn(() => {
    const stack = { project: "dynamo", name, config: values, secretKeys: [], settings: config };
    return previewStack(stack, { file: undefined, byRule: {} }, {});
  });

test.each(examples)("$name may be made, and violates no policy", async (example) => {
  const { summary } = await preview(example);
  expect(summary.policies.violations).toEqual([]);
  expect(summary).toMatchObject({ refused: false, refusals: [] });
  // Its budget has room for an update.
  expect(summary.warnings).not.toContainEqual(expect.stringMatching(/budget|GPUs/));
});

test.each(examples)("$name says what it is for", ({ text }) => {
  expect(text).toMatch(
    /^# yaml-language-server: \$schema=\.\.\/config\/stack\.schema\.json\n(# .+\n){1,3}config:\n/,
  );
});
