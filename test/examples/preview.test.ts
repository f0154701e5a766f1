/** The whole program and the policies, on every example. */
import * as state from "@pulumi/pulumi/runtime/state";
import { previewStack } from "../../commands/preview/previewStack";
import { type Example, examples } from "./examples";

/** Gives each run a state of its own, as Pulumi's Automation API does for programs in one process. Pulumi calls it internal. */
const { withLocalStorage } = state as unknown as { withLocalStorage<T>(run: () => Promise<T>): Promise<T> };

/** With the policies' defaults. */
const preview = ({ name, values, config }: Example) =>
  withLocalStorage(() => {
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
