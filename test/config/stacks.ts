/** Configs of whole stacks, made from the schema of graphs. */
import { graph as graphSchema } from "../../config/graph";
import { ConfigError, checkSettings, parseConfig } from "../../config/parse";
import type { StackConfig } from "../../config/schema";
import { type Surroundings, surroundings } from "../examples/variants";
import fc from "../fastCheck";
import { valuesOf } from "./valuesOf";

type Part = Record<string, unknown>;

/** As Pulumi hands a config to the program. */
export const textsOfStack = (stack: Part): Record<string, string> =>
  Object.fromEntries(Object.entries(stack).map(([key, value]) => [`dynamo:${key}`, JSON.stringify(value)]));

const stackOf = ({ mode, version, apiVersion }: Surroundings, graphs: readonly Part[] = []) => ({
  discovery: { mode },
  runtime: { version },
  platform: { apiVersion, orchestrator: "grove" },
  graphs,
});

const possible = surroundings.filter((around) => parsed(stackOf(around)));

const graph = fc.record({ settings: valuesOf(graphSchema) as fc.Arbitrary<Part>, isSplit: fc.boolean() });

/** Configs that may be used, of one graph at least: what the rules refuse is taken out of them. */
export const stacks: fc.Arbitrary<StackConfig> = fc
  .tuple(fc.constantFrom(...possible), fc.array(graph, { minLength: 1, maxLength: 3 }))
  .map(([around, drafts]) =>
    mended(
      stackOf(
        around,
        drafts.map(({ settings, isSplit }, i) => {
          const { workers, prefill = {}, decode = {}, planner, servedBy, ...rest } = settings;
          return {
            ...rest,
            ...(isSplit ? { prefill, decode, planner } : { workers }),
            ...(i > 0 && servedBy !== undefined && { servedBy: drafts[0]?.settings.name }),
          };
        }),
      ),
    ),
  )
  .filter((config) => config !== undefined && config.graphs.length > 0) as fc.Arbitrary<StackConfig>;

function parsed(stack: Part): StackConfig | undefined {
  try {
    return parseConfig("dynamo", "test", textsOfStack(stack), () => false);
  } catch (error) {
    if (error instanceof ConfigError) return undefined;
    throw error;
  }
}

/** A config without what mistakes are told of, until there are none. */
function mended(drafted: Part): StackConfig | undefined {
  const stack = JSON.parse(JSON.stringify(drafted)) as Part;
  for (let tries = 20; tries > 0; tries--) {
    const { mistakes, paths } = checkSettings(stack);
    if (mistakes.length === 0) return parsed(stack);
    for (const path of paths) remove(stack, path);
  }
  return undefined;
}

/** Removes what is at a path; where nothing is, as it was asked for, the part that lacks it. */
function remove(from: Part, path: readonly PropertyKey[]): void {
  const [last = "", ...parents] = path.toReversed();
  const parent = parents
    .toReversed()
    .reduce<unknown>((part, key) => (part as Part | undefined)?.[key as string], from);
  if (Array.isArray(parent)) parent.splice(Number(last), 1);
  else if (typeof parent === "object" && parent !== null && last in parent)
    delete (parent as Part)[last as string];
  else if (parents.length > 0) remove(from, parents.toReversed());
}
