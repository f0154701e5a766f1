import { z } from "zod";
import { modelSize } from "../../config/modelSize";
import { engineMemory } from "../../gpus/memory/engineMemory";
import { workloadsOf } from "../../gpus/workloads";
import { envReader } from "../containers";
import { objectRule } from "../rule";

export const gpuMemory = objectRule({
  name: "gpu-memory",
  description:
    "Weights of a model, and a text of its full length, fit into the memory of the GPUs that its workers get, as far as both are known.",
  severity: "high",
  level: "advisory",
  remedy: "Take more GPUs for each worker, GPUs with more memory, fewer bits, or a shorter --max-model-len.",
  settings: z.strictObject({
    gpuMemory: z
      .string()
      .regex(/^([1-9]\d*Gi|[1-9]\d{3,}Mi)?$/, 'must be the memory of a GPU, such as "80Gi"')
      .default("")
      .describe(
        "Memory of a GPU, such as 80Gi, for pods that name no kind of GPU; empty where it is not known.",
      ),
    models: z
      .record(z.string(), modelSize)
      .default({})
      .describe("Sizes of models whose names don't tell them, by name."),
  }),
  check({ manifest }, told, report) {
    for (const workload of workloadsOf(manifest).workloads)
      for (const { mistakes } of engineMemory(workload, told, envReader(manifest, workload.component)))
        for (const mistake of mistakes) report(mistake);
  },
});
