/** The guard over kinds of all sorts: what the table of known kinds has, what it has not, and what is honest. */
import { applyPolicies } from "../../commands/preview/applyPolicies";
import { passing } from "./breadth/passing";
import { refused } from "./breadth/refused";
import { resourceOf } from "./judge";

/** Rules that say nothing of GPUs. */
const others = ["images", "owner-labels", "one-dynamo-version"];

/** Mandatory violations of objects, with a budget of 4 GPUs. */
async function violationsOf(objects: readonly object[]): Promise<string[]> {
  const planned = objects.map(resourceOf).map(({ type, urn, props }) => {
    return { type, urn, name: urn, parent: "", custom: true, inputs: props };
  });
  const byRule = { "gpu-budget": { gpus: 4 } };
  const { violations } = (await applyPolicies(planned, { file: undefined, byRule })).report;
  return violations
    .filter(({ rule, level }) => level === "mandatory" && !others.includes(rule))
    .map(({ rule, message }) => `${rule}: ${message}`);
}

test.each(Object.entries(refused))("%s is refused", async (_, objects) =>
  expect(await violationsOf(objects)).not.toEqual([]),
);

test.each(Object.entries(passing))("%s passes", async (_, objects) =>
  expect(await violationsOf(objects)).toEqual([]),
);
