import { parseConfig } from "../config/parse";
import type { Stack } from "../config/project";

/** A stack of as many graphs as are asked for. */
export function stackOf(count: number): Stack {
  const graphs = Array.from({ length: count }, (_, i) => ({
    name: `graph-${i}`,
    model: "Qwen/Qwen2.5-1.5B-Instruct",
    workers: { replicas: 2, gpus: 8 },
    modelCache: { pvc: { size: "50Gi" } },
  }));
  const config = { "dynamo:graphs": JSON.stringify(graphs) };
  const settings = parseConfig("dynamo", "bench", config, () => false);
  return { project: "dynamo", name: "bench", config, secretKeys: [], settings };
}
