import { z } from "zod";
import { totalGpus } from "../../gpus/arithmetic";
import { runningCommandOf, unknownWord } from "../../gpus/command";
import { at, list, nameOf, text } from "../../gpus/manifest";
import { podGpus } from "../../gpus/podGpus";
import { workloadsOf } from "../../gpus/workloads";
import { plainEnvOf } from "../containers";
import { objectRule } from "../rule";

/** Flags of vLLM, SGLang and TensorRT-LLM for sizes that multiply. The default of each is 1. */
const sizes = {
  tensor: ["--tensor-parallel-size", "--tp-size", "--tp", "-tp"],
  pipeline: ["--pipeline-parallel-size", "--pp-size", "--pp", "-pp"],
  prefillContext: ["--prefill-context-parallel-size", "-pcp"],
  data: ["--data-parallel-size", "--dp-size", "--dp", "-dp"],
};

/** vLLM's data parallel ranks of a pod, where others are started elsewhere. */
const localData = ["--data-parallel-size-local", "-dpl"];
const ownRank = ["--data-parallel-rank", "-dpn"];

/** Flags that name a file in which sizes may be. */
const files = ["--config", "--extra-engine-args", "--override-engine-args"];

export const parallelism = objectRule({
  name: "parallelism",
  description: "Tensor x pipeline x data parallel of a worker's arguments equals the GPUs that it is given.",
  severity: "high",
  remedy:
    "Make the product of the sizes equal to gpus x nodes of the worker: GPUs beyond it idle, and too few stop its start.",
  settings: z.strictObject({
    spareGpus: z
      .int()
      .min(0)
      .default(8)
      .describe(
        "Maximum of a worker's GPUs that elastic expert parallelism (--enable-elastic-ep) keeps spare.",
      ),
  }),
  check({ manifest }, { spareGpus }, report) {
    const { workloads, uncounted } = workloadsOf(manifest);
    if (uncounted.length > 0) return; // gpu-budget reports it
    const env = plainEnvOf(manifest);
    for (const { type, component, nodes, pod } of workloads) {
      const commands = list(at(pod, "containers")).map((container) => {
        const name = `container ${text(at(container, "name"))} of ${component}`;
        return runningCommandOf(container, (variable) => {
          const found = env.find(
            (one) => one.name === variable && [name, component, "the graph"].includes(one.where),
          );
          return found?.value || undefined;
        });
      });
      const engines = commands.flatMap(enginesOf);
      const given = totalGpus(Object.values(podGpus(pod).byKind)) * nodes;
      if (type === undefined || engines.length === 0) continue;
      if (given === 0) continue; // component-gpus reports it, or its devices are claimed
      if (commands.some((command) => command.includes(unknownWord)) || engines.some(readsSizes)) continue;
      const needed = totalGpus(engines.map((engine) => gpusOfEngine(engine, nodes)));
      const where = `${nameOf(manifest)}: ${component}`;
      if (Number.isNaN(needed)) report(`${where} has a parallel size that can't be read: write a number`);
      else if (needed > given || given - needed > (engines.some(isElastic) ? spareGpus : 0))
        report(`${where} runs on ${needed} GPUs by its arguments, and is given ${given}`);
    }
  },
});

/** Arguments of each engine that a command line starts. */
function enginesOf(command: string): string[] {
  return command.split(/\bdynamo\.(?:vllm|sglang|trtllm)\b/).slice(1);
}

/** Whether an engine takes more GPUs in use while it runs, and gives them back. */
const isElastic = (args: string) => /(^|\s)--enable[-_]elastic[-_]ep\b/.test(args);

/** Whether an engine's sizes may be in a file, and not among its arguments. */
function readsSizes(args: string): boolean {
  return argumentOf(args, files) !== undefined && argumentOf(args, sizes.tensor) === undefined;
}

function gpusOfEngine(args: string, nodes: number): number {
  return (
    sizeOf(args, sizes.tensor) *
    sizeOf(args, sizes.pipeline) *
    sizeOf(args, sizes.prefillContext) *
    dataRanks(args, nodes)
  );
}

function dataRanks(args: string, nodes: number): number {
  // SGLang's attention shares the tensor parallel GPUs among its data parallel ranks.
  if (args.includes("--enable-dp-attention")) return 1;
  if (/^\d+$/.test(argumentOf(args, ownRank) ?? "")) return 1; // a rank that a shell loop counts is one of all
  return argumentOf(args, localData) === undefined
    ? sizeOf(args, sizes.data)
    : sizeOf(args, localData) * nodes;
}

/** A whole number; NaN where it is none. */
function sizeOf(args: string, flags: readonly string[]): number {
  const value = argumentOf(args, flags) ?? "1";
  return /^\d+$/.test(value) ? Number(value) : Number.NaN;
}

/** Value of a flag, which is one word or two. Where it is repeated the last counts. vLLM takes underscores, too. */
function argumentOf(args: string, flags: readonly string[]): string | undefined {
  const names = flags.join("|").replaceAll(/\b-\b/g, "[-_]");
  return [...args.matchAll(new RegExp(`(?<!\\S)(?:${names})(?:\\s+|=)["']?([^\\s"';&|]+)`, "g"))].at(-1)?.[1];
}
