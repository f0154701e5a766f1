/** What comes of every example in both modes, on every line of runtimes, in both versions of the graphs' API. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { releaseLines } from "../../config/runtime/release";
import { releaseLineOf } from "../../config/runtime/versions";
import { gpuDemand } from "../../gpus/demand";
import { dynamoGraphDeploymentSpec } from "../../plan/graph/v1alpha1";
import { planStack } from "../../plan/stack";
import { examples } from "./examples";
import { configOf, isRefused, type Variant, variants } from "./variants";

/** Why a variant can't be made; empty where it can. */
const refusals = new Map<Variant, readonly string[]>();

/** Lines of runtimes as people say them: "0.8 to 1.6". */
function range(of: readonly Variant[]): string {
  const found = new Set(of.map(({ version }) => releaseLineOf(version)));
  const runs: string[][] = [[]];
  for (const line of releaseLines)
    if (found.has(line)) runs.at(-1)?.push(line);
    else runs.push([]);
  return runs
    .filter((run) => run.length > 0)
    .map((run) => (run.length === 1 ? run[0] : `${run[0]} to ${run.at(-1)}`))
    .join(", ");
}

/** The groups of a list, in the order in which they appear. */
function groups<T>(list: readonly T[], by: (item: T) => string): [string, T[]][] {
  const found = new Map<string, T[]>();
  for (const item of list) found.set(by(item), [...(found.get(by(item)) ?? []), item]);
  return [...found];
}

test.each(examples)(
  "$name is refused in words, or planned with the GPUs that its manifests ask for",
  (example) => {
    for (const variant of variants.filter((one) => one.example === example)) {
      const config = configOf(variant);
      if (isRefused(config)) {
        for (const line of config) expect(line).toMatch(/^✖ .+ → at dynamo:\S+$/);
        refusals.set(variant, config);
        continue;
      }
      const plan = planStack(config);
      refusals.set(variant, plan.refusals);
      const demand = gpuDemand(
        plan.graphs.flatMap(({ before, deployment, scalers }) => [...before, deployment, ...scalers]),
      );
      expect(demand).toMatchObject({ gpus: plan.gpus.total, byKind: plan.gpus.byKind, uncounted: [] });
      for (const [i, { deployment }] of plan.graphs.entries())
        if (variant.apiVersion === "v1alpha1" && config.graphs[i]?.transform.length === 0)
          expect(dynamoGraphDeploymentSpec.safeParse(deployment.spec).error).toBeUndefined();
    }
  },
);

test("the refused ones are refused for what they say", () => {
  const told = variants.flatMap((variant) =>
    (refusals.get(variant) ?? []).map((refusal) => {
      const version = new RegExp(
        `\\b${releaseLineOf(variant.version)}(\\.\\d)?\\b(?= plans| sends|: |, which)`,
      );
      return { variant, refusal: refusal.replace(version, "<its version>") };
    }),
  );
  const where = (list: readonly { variant: Variant }[]) =>
    groups(
      groups(list, ({ variant }) => `${variant.mode} ${variant.apiVersion}`),
      ([, some]) => range(some.map(({ variant }) => variant)),
    ).map(([lines, places]) => `${lines} in ${places.map(([place]) => place).join(", ")}`);
  const table = groups(told, ({ refusal }) => refusal).map(([refusal, some]) => {
    const rows = groups(
      groups(some, ({ variant }) => variant.example.name),
      ([, list]) => where(list).join("; "),
    ).map(([places, list]) => {
      const names = list.length === examples.length ? "every example" : list.map(([name]) => name).join(", ");
      return `  ${names}: ${places}`;
    });
    return [refusal, ...rows].join("\n");
  });
  expect(`\n${table.join("\n\n")}\n`).toMatchSnapshot();
});

test("README.md tells where each example can be made, and its GPUs", () => {
  const readme = readFileSync(join(__dirname, "../../examples/README.md"), "utf8");
  const cells = readme
    .split("\n")
    .filter((line) => line.startsWith("| ["))
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  const rows = cells.map(([name, , ...rest]) => [name, ...rest]);
  const made = (name: string, is: (variant: Variant) => boolean) =>
    range(
      variants.filter((one) => one.example.name === name && is(one) && refusals.get(one)?.length === 0),
    ) || "none";
  expect(rows).toEqual(
    examples.map(({ name, config }) => [
      `[${name}](Pulumi.${name}.yaml)`,
      made(name, ({ mode, apiVersion }) => mode === "kubernetes" && apiVersion === "v1alpha1"),
      made(name, ({ mode, apiVersion }) => mode === "nats-etcd" && apiVersion === "v1alpha1"),
      made(name, ({ apiVersion }) => apiVersion === "v1beta1"),
      String(planStack(config).gpus.total),
    ]),
  );
});
