/** Previews a stack of as many graphs as the first argument says, and prints its peak memory in MB. */
import { manifestFiles } from "../commands/preview/manifests";
import { previewStack } from "../commands/preview/previewStack";
import { describePlan } from "../commands/preview/report";
import { parseConfig } from "../config/parse";

const graphs = Array.from({ length: Number(process.argv[2]) }, (_, i) => ({
  name: `graph-${i}`,
  model: "Qwen/Qwen2.5-1.5B-Instruct",
  workers: { replicas: 2, gpus: 8 },
  modelCache: { pvc: { size: "50Gi" } },
}));

async function main() {
  const config = { "dynamo:graphs": JSON.stringify(graphs) };
  const settings = parseConfig("dynamo", "bench", config, () => false);
  const stack = { project: "dynamo", name: "bench", config, secretKeys: [], settings };
  const { summary, resources } = await previewStack(stack, { file: undefined, byRule: {} }, {});
  manifestFiles(resources);
  describePlan(summary);
  console.log(process.resourceUsage().maxRSS / 1024);
}

void main();
