/** Every setting is in an example, and does something: without it there the stack is another one, or is refused. */
import { dryRun } from "../../commands/preview/dryRun";
import { ConfigError } from "../../config/parse";
import { podSettings } from "../../config/podSettings";
import { stackFileSchema } from "../../config/reference";
import { planStack } from "../../plan/stack";
import { inStateOfItsOwn } from "../pulumiState";
import { read, shown, textOf, type Values } from "./shown";

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly oneOf?: readonly Schema[];
}

/** Paths of the settings that hold a value; `[]` is each item of a list. */
function leaves({ properties, items, oneOf }: Schema, path: readonly string[] = []): string[][] {
  if (oneOf) return oneOf.flatMap((option) => leaves(option, path));
  if (properties)
    return Object.entries(properties).flatMap(([name, schema]) => leaves(schema, [...path, name]));
  return items?.properties || items?.oneOf ? leaves(items, [...path, "[]"]) : [[...path]];
}

const { properties } = stackFileSchema("dynamo") as { properties: { config: Schema } };
const settings = new Map(
  leaves(properties.config).map((path) => [path.join(".").replaceAll(".[]", "[]"), path]),
);
settings.delete("dynamo:huggingFaceToken.secure"); // test/components/program.test.ts
// It can only say what follows from the others: test/config/wrongInputs.ts has what is refused.
settings.delete("dynamo:graphs[].workers.tensorParallel");
// They are workers like others.
for (const name of settings.keys()) if (/\.(prefill|decode)\./.test(name)) settings.delete(name);
for (const name of ["prefill", "decode"])
  settings.set(`dynamo:graphs[].${name}`, ["dynamo:graphs", "[]", name]);

// Parts that are the same wherever they are: shown of workers, and elsewhere as a whole or by test/plan/graph/podSettings.test.ts.
for (const name of settings.keys()) {
  const [, ofPods] = /^dynamo:graphs\[\]\.(?:frontend|endpointPicker|planner)\.(\w+)/.exec(name) ?? [];
  if (ofPods !== undefined && ofPods in podSettings) settings.delete(name);
  const [, whole] =
    /^(dynamo:(?:graphs\[\]\.(?:env|workers\.(?:readiness|liveness)Probe)|discovery\.\w+\.placement))(?:\[\])?\./.exec(
      name,
    ) ?? [];
  if (whole === undefined) continue;
  settings.delete(name);
  settings.set(whole, whole.replaceAll("[]", ".[]").split("."));
}

/** What is left of a value where a setting is taken out of it; undefined where it is not in there. */
function without(value: unknown, [key = "", ...rest]: readonly string[]): unknown {
  if (value === null || typeof value !== "object") return undefined;
  if (key === "[]") {
    const items = (value as unknown[]).map((item) => without(item, rest));
    return items.every((item) => item === undefined)
      ? undefined
      : items.map((item, i) => item ?? (value as unknown[])[i]);
  }
  const { [key]: inner, ...others } = value as Values;
  if (inner === undefined) return undefined;
  if (rest.length === 0) return others;
  const left = without(inner, rest);
  return left === undefined ? undefined : { ...others, [key]: left };
}

const planOf = (values: Values) => JSON.stringify(planStack(read(values)));

/** What the program itself makes of a config, beyond its plan. A process bears few of these. */
const made = new Map<Values, Promise<string>>();
function madeOf(values: Values): Promise<string> {
  const run =
    made.get(values) ?? inStateOfItsOwn(async () => JSON.stringify(await dryRun(stackOf(values), {})));
  made.set(values, run);
  return run;
}
const stackOf = (values: Values) => ({
  project: "dynamo",
  name: "test",
  config: textOf(values),
  secretKeys: [],
  settings: read(values),
});

/** Whether a stack has another plan, or none, without a part of it. */
function differs(values: Values, rest: Values): boolean {
  try {
    return planOf(values) !== planOf(rest);
  } catch (error) {
    if (error instanceof ConfigError) return true;
    throw error;
  }
}

test.each([...settings])("%s", async (_, path) => {
  const all = shown.flatMap((values) => {
    const rest = without(values, path) as Values | undefined;
    return rest ? [{ values, rest }] : [];
  });
  expect(all).not.toHaveLength(0);
  if (all.some(({ values, rest }) => differs(values, rest))) return;
  // The plan does not know it: then the program hands it to what it makes, and its value is there, or it decides what is made.
  const { values = {}, rest = {} } = all[0] ?? {};
  if (path.includes("[]")) {
    expect(await madeOf(values)).not.toBe(await madeOf(rest));
    return;
  }
  expect(await madeOf(values)).toContain(valueAt(values, path));
});

const valueAt = (values: Values, path: readonly string[]) =>
  String(path.reduce<unknown>((value, key) => (value as Values)[key], values));
