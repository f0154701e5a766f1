import { totalGpus } from "../../plan/gpus/arithmetic";
import { podGpus } from "../../plan/gpus/podGpus";
import { nameOf } from "../../plan/manifest";
import { commandOf, containersOf } from "../containers";
import { objectRule } from "../rule";

/** Flags of vLLM, SGLang and TensorRT-LLM, each with its default. */
const flags = {
  tensor: ["--tensor-parallel-size", "--tp-size", "--tp", "-tp"],
  pipeline: ["--pipeline-parallel-size", "--pp-size", "--pp", "-pp"],
  data: ["--data-parallel-size", "--dp-size", "--dp", "-dp"],
};

export const parallelism = objectRule({
  name: "parallelism",
  description: "Tensor x pipeline x data parallel of a worker's arguments equals the GPUs that it is given.",
  severity: "high",
  remedy:
    "Make the product of the sizes equal to gpus x nodes of the worker: GPUs beyond it idle, and too few stop its start.",
  check({ manifest }, _, report) {
    for (const { workload, name, container } of containersOf(manifest)) {
      const engines = enginesOf(commandOf(container));
      if (workload.type === undefined || engines.length === 0) continue;
      const given = totalGpus(Object.values(podGpus(workload.pod).byKind)) * workload.nodes;
      if (given === 0) continue; // component-gpus tells, or its devices are claimed
      const needed = engines.map(gpusOfEngine).reduce((sum, gpus) => sum + gpus, 0);
      const where = `${nameOf(manifest)}: ${name}`;
      if (Number.isNaN(needed)) report(`${where} has a parallel size that can't be read: write a number`);
      else if (needed !== given)
        report(`${where} runs on ${needed} GPUs by its arguments, and is given ${given}`);
    }
  },
});

/** Arguments of each engine that a command line starts. TensorRT-LLM's sizes may be in a file, so it only counts with a flag. */
function enginesOf(line: string): string[] {
  const [, ...engines] = line.split(/\bdynamo\.(?=(?:vllm|sglang|trtllm)\b)/);
  return engines.filter(
    (engine) => !engine.startsWith("trtllm") || flags.tensor.some((flag) => engine.includes(` ${flag}`)),
  );
}

function gpusOfEngine(args: string): number {
  // SGLang's attention shares the tensor parallel GPUs among its data parallel ranks.
  const data = args.includes("--enable-dp-attention") ? 1 : sizeOf(args, flags.data);
  return sizeOf(args, flags.tensor) * sizeOf(args, flags.pipeline) * data;
}

function sizeOf(args: string, names: readonly string[]): number {
  const values = names.flatMap((name) => {
    const found = new RegExp(`(?:^|\\s)${name}(?:\\s+|=)["']?([^\\s"']+)`).exec(args);
    return found?.[1] ?? [];
  });
  return values.length === 0 ? 1 : Number(values[0]);
}
