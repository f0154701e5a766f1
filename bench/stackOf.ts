import { parseConfig } from "../config/parse";
import type { Stack } from "../config/project";

/**
 * A stack of as many graphs as are asked for.
 * @param gate of workers' pods, which run once somebody has removed it. Default: none
 */
export function stackOf(count: number, gate?: string): Stack {
  const graphs = Array.from({ length: count }, (_, i) => ({
    name: `graph-${i}`,
    model: "Qwen/Qwen3-8B",
    workers: { replicas: 2, gpus: 8 },
    modelCache: { pvc: { size: "50Gi" } },
    ...(gate !== undefined && { transform: [gated(gate)] }),
  }));
  const config = { "dynamo:graphs": JSON.stringify(graphs) };
  const settings = parseConfig("dynamo", "bench", config, () => false);
  return { project: "dynamo", name: "bench", config, secretKeys: [], settings };
}

const gated = (name: string) => ({
  op: "add",
  path: "/spec/components/1/podTemplate/spec/schedulingGates",
  value: [{ name }],
});
