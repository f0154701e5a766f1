/** Configs of whole stacks, made from the schema of graphs. */
import fc from "fast-check";
import { graph as graphSchema } from "../../config/graph";
import { ConfigError, parseConfig } from "../../config/parse";
import type { StackConfig } from "../../config/schema";
import { type Surroundings, surroundings } from "../examples/variants";
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

interface Draft {
  readonly settings: Part;
  readonly isSplit: boolean;
  readonly isPlanned: boolean;
}

const graph: fc.Arbitrary<Draft> = fc.record({
  settings: valuesOf(graphSchema) as fc.Arbitrary<Part>,
  isSplit: fc.boolean(),
  isPlanned: fc.boolean(),
});

/** Configs that may be used: those that are left when the rules have refused the others. */
export const stacks: fc.Arbitrary<StackConfig> = fc
  .tuple(fc.constantFrom(...possible), fc.array(graph, { minLength: 1, maxLength: 3 }))
  .map(([around, graphs]) => parsed(stackOf(around, graphs.map(mended))))
  .filter((config) => config !== undefined);

function parsed(stack: Part): StackConfig | undefined {
  try {
    return parseConfig("dynamo", "test", textsOfStack(stack), () => false);
  } catch (error) {
    if (error instanceof ConfigError) return undefined;
    throw error;
  }
}

/** A graph without what its own other settings rule out. */
function mended({ settings, isSplit, isPlanned }: Draft, i: number, drafts: readonly Draft[]): Part {
  const { servedBy, workers, prefill, decode, planner, kvTransfer, router, loras, frontend, ...rest } =
    settings;
  const isServed = i > 0 && servedBy !== undefined;
  const pool = (value: unknown) => mendedWorkers((value ?? {}) as Part, isSplit && isPlanned);
  const kept = {
    ...(isServed
      ? { servedBy: drafts[0]?.settings.name }
      : { frontend, router: (router as Part)?.mode === "kv" ? router : {} }),
    ...(isSplit ? { prefill: pool(prefill), decode: pool(decode), kvTransfer } : { workers: pool(workers) }),
    ...(isSplit && isPlanned && { planner }),
    ...(rest.backend === "vllm" && { loras }),
  };
  return JSON.parse(JSON.stringify({ ...rest, ...kept }));
}

function mendedWorkers(workers: Part, isPlanned: boolean): Part {
  const { replicas, scaling, tensorParallel: _, pipelineParallel, gpuResource, ...rest } = workers;
  const { min, max, ...scaler } = (scaling ?? {}) as { min?: number; max?: number };
  const available = Number(rest.gpus ?? 1) * Number(rest.nodes ?? 1);
  return {
    ...rest,
    ...(available % Number(pipelineParallel ?? 1) === 0 && { pipelineParallel }),
    ...(!isPlanned && { gpuResource }),
    ...(!isPlanned &&
      scaling !== undefined && { scaling: { ...scaler, min: Math.min(min ?? 1, max ?? 1), max } }),
    ...(!isPlanned && scaling === undefined && { replicas }),
  };
}
