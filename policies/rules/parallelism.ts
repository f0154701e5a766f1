import { z } from "zod";
import { totalGpus } from "../../gpus/arithmetic";
import { commandOf, unknownWord } from "../../gpus/command";
import {
  argumentOf,
  type EngineArgs,
  enginesIn,
  parallelSizes,
  readsSizes,
  sizeOf,
} from "../../gpus/engineArgs";
import { at, list, nameOf } from "../../gpus/manifest";
import { engineMemory } from "../../gpus/memory/engineMemory";
import { podGpus } from "../../gpus/podGpus";
import { workloadsOf } from "../../gpus/workloads";
import { envReader } from "../containers";
import { objectRule } from "../rule";

const ownRank = ["--data-parallel-rank", "-dpn"];

export const parallelism = objectRule({
  name: "parallelism",
  description:
    "Tensor x pipeline x data parallel of a worker's arguments equals the GPUs that it is given, and tensor parallel divides the model's attention heads, where these are known.",
  severity: "high",
  remedy:
    "Make the product of the sizes equal to gpus x nodes of the worker: GPUs beyond it idle. Too few stop its start, and so do heads that don't come out even.",
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
    for (const workload of workloads) {
      const { type, component, nodes, pod } = workload;
      const envOf = envReader(manifest, component);
      for (const { uneven } of engineMemory(workload, {}, envOf)) if (uneven !== undefined) report(uneven);
      const containers = list(at(pod, "containers"));
      const engines = containers.flatMap((container) =>
        enginesIn(container, (variable) => envOf(container, variable)),
      );
      const given = totalGpus(Object.values(podGpus(pod).byKind)) * nodes;
      if (type === undefined || engines.length === 0) continue;
      if (given === 0) continue; // component-gpus reports it, or its devices are claimed
      if (containers.some((one) => commandOf(one).includes(unknownWord)) || engines.some(readsSizes))
        continue;
      const needed = totalGpus(engines.map((engine) => gpusOfEngine(engine, nodes)));
      const where = `${nameOf(manifest)}: ${component}`;
      if (Number.isNaN(needed)) report(`${where} has a parallel size that can't be read: write a number`);
      else if (needed > given || given - needed > (engines.some(isElastic) ? spareGpus : 0))
        report(`${where} runs on ${needed} GPUs by its arguments, and is given ${given}`);
    }
  },
});

/** Whether an engine takes more GPUs in use while it runs, and gives them back. */
const isElastic = ({ args }: EngineArgs) => /(^|\s)--enable[-_]elastic[-_]ep\b/.test(args);

function gpusOfEngine(engine: EngineArgs, nodes: number): number {
  return (
    sizeOf(engine, "tensor") *
    sizeOf(engine, "pipeline") *
    sizeOf(engine, "prefillContext") *
    dataRanks(engine, nodes)
  );
}

function dataRanks(engine: EngineArgs, nodes: number): number {
  const { args } = engine;
  // SGLang's attention shares the tensor parallel GPUs among its data parallel ranks.
  if (args.includes("--enable-dp-attention")) return 1;
  if (/^\d+$/.test(argumentOf(args, ownRank) ?? "")) return 1; // a rank that a shell loop counts is one of all
  return argumentOf(args, parallelSizes.localData) === undefined
    ? sizeOf(engine, "data")
    : sizeOf(engine, "localData") * nodes;
}
