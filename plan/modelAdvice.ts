/** Advice on models: whether they fit, can be had, and have room where they are kept. */
import { isPath } from "../config/graph";
import type { StackConfig } from "../config/schema";
import { weightGigabytes } from "../gpus/memory/modelSize";
import { quantity } from "../gpus/quantity";
import type { GraphPlan } from "./graph/graphPlan";

/** Advice on the models of a stack's graphs. */
export function adviseOnModels({ graphs: configs }: StackConfig, graphs: readonly GraphPlan[]): string[] {
  return graphs.flatMap((graph, i) => {
    const config = configs[i];
    if (config === undefined) return [];
    const key = `dynamo:graphs[${i}]`;
    const { modelCache, model, huggingFaceSecret } = config;
    const isKept = modelCache !== undefined && modelCache.pvc === undefined;
    return [
      ...graph.memory.flatMap(({ mistakes }) => mistakes),
      ...smallClaim(graph, modelCache?.pvc?.size, key),
      ...(gated.test(model) && !isPath(model) && huggingFaceSecret === undefined && !isKept
        ? [
            `graph ${graph.name}: ${model} is only given to whom its owner has let in, and nothing names their token (${key}.huggingFaceSecret)`,
          ]
        : []),
    ];
  });
}

/** Models behind a form on the hub, as of 2026-11. */
const gated = /^(meta-llama\/|google\/gemma-)/;

function smallClaim({ name, memory }: GraphPlan, claim: string | undefined, key: string): string[] {
  const size = memory.find((one) => one.size !== undefined)?.size;
  if (claim === undefined || size === undefined) return [];
  const needed = weightGigabytes(size) * 1e9;
  return needed > Number(quantity(claim))
    ? [
        `graph ${name}: its weights take ${Math.ceil(needed / 2 ** 30)}Gi, and the claim that keeps them has ${claim} (${key}.modelCache.pvc.size)`,
      ]
    : [];
}
