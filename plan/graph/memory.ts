/** Whether the model of a graph fits into the memory of its GPUs. */
import type { GraphConfig } from "../../config/graph";
import { type EngineMemory, engineMemory } from "../../gpus/memory/engineMemory";
import { workloadsOf } from "../../gpus/workloads";
import type { DynamoGraphDeployment } from "./manifest";

/** A component's memory in the outputs, in GiB of one GPU and tokens of one replica. Undefined: not known. */
export interface MemorySummary {
  /** Weights on a GPU. */
  readonly weights: number | undefined;
  readonly gpu: number | undefined;
  /** Tokens that the KV cache holds. */
  readonly tokens: number | undefined;
  /** What it is not known for want of. */
  readonly unknown: readonly string[];
}

/** @param gpuMemory of `dynamo:cluster` */
export function graphMemory(
  { model, modelSize }: GraphConfig,
  deployment: DynamoGraphDeployment,
  gpuMemory: string | undefined,
): EngineMemory[] {
  const told = { models: modelSize && { [model]: modelSize }, gpuMemory };
  return workloadsOf(deployment).workloads.flatMap((workload) => engineMemory(workload, told));
}

export function summariseMemory({ weights, fit, memory, ranks, unknown }: EngineMemory): MemorySummary {
  const rounded = (gibibytes: number | undefined) => gibibytes && Math.round(gibibytes * 10) / 10;
  return {
    weights: rounded(weights),
    gpu: rounded(memory),
    tokens: fit?.tokens && fit.tokens * ranks,
    unknown,
  };
}
