/** Engines of a graph's pods, beside the memory of the GPUs that these get. */
import type { ModelSizeConfig, Precision } from "../../config/modelSize";
import { own } from "../../config/own";
import { unknownWord } from "../command";
import { argumentOf, type EngineArgs, enginesIn, modelFlags, readsSizes, sizeOf } from "../engineArgs";
import { at, list, nameOf } from "../manifest";
import { quantity } from "../quantity";
import type { Workload } from "../workloads";
import { type Fit, fitOf, type Serving, weightsPerGpu } from "./fit";
import { type EngineInPod, fitMistakes, largerShape, refusedByVllm, unevenHeads } from "./mistakes";
import type { ModelSize } from "./model";
import { sizeOfModel } from "./modelSize";
import { memoryOfSlices, memoryOfWhole, unknownMemory } from "./podMemory";

/** What is told of models and GPUs, where names do not tell it. */
export interface Told {
  /** Sizes of models by their names. */
  readonly models?: Readonly<Record<string, ModelSizeConfig>> | undefined;
  /** Memory of a GPU, as a quantity such as "80Gi". */
  readonly gpuMemory?: string | undefined;
}

export interface EngineMemory extends EngineInPod {
  readonly size?: ModelSize | undefined;
  /** Data parallel ranks of a replica, each with a KV cache of its own. */
  readonly ranks: number;
  /** GiB of one GPU. */
  readonly memory?: number | undefined;
  /** GiB of weights on one GPU. */
  readonly weights?: number | undefined;
  readonly fit?: Fit | undefined;
  /** Why it can't be told; empty where it can. */
  readonly unknown: readonly string[];
  /** Why its GPUs can't share the model's attention heads. */
  readonly uneven?: string | undefined;
  /** What does not fit; empty where all does. Each with what would. */
  readonly mistakes: readonly string[];
}

/**
 * Memory of the engines that a workload starts.
 * @param told for what labels of nodes and names of models do not tell
 * @param envOf value of a variable of a container; undefined where it is not written there.
 */
export function engineMemory(
  workload: Workload,
  told: Told,
  envOf: (container: unknown, variable: string) => string | undefined = () => undefined,
): EngineMemory[] {
  const { type, pod } = workload;
  if (type === undefined) return [];
  return list(at(pod, "containers"))
    .flatMap((container) => enginesIn(container, (variable) => envOf(container, variable)))
    .map((engine) => judge(engine, workload, told));
}

function judge(
  started: EngineArgs,
  { manifest, component, pod }: Workload,
  { models = {}, gpuMemory = "" }: Told,
): EngineMemory {
  const { engine, args } = started;
  const model = argumentOf(args, modelFlags) ?? "";
  const size = sizeOfModel(model, own(models, model));
  const slice = memoryOfSlices(pod);
  const memory = slice ?? memoryOfWhole(pod) ?? gibibytes(gpuMemory);
  const tensor = sizeOf(started, "tensor");
  const pipeline = sizeOf(started, "pipeline");
  const ranks = sizeOf(started, "data");
  const sharesAttention = /--enable[-_]dp[-_]attention/.test(args); // SGLang's: ranks are of the tensor parallel GPUs
  const data = sharesAttention ? 1 : ranks;
  const shape = { tensor, pipeline, data, expertParallel: expertFlags.test(args) };
  const gpus = tensor * pipeline * data;
  const isShaped = !(args.includes(unknownWord) || readsSizes(started) || Number.isNaN(gpus));
  const isWhole = !offloads.test(args);
  const quantized = size && asLoaded(size, args);
  const found = {
    object: nameOf(manifest),
    component,
    model,
    gpus,
    size: quantized,
    ranks: data,
    memory,
    weights: quantized && isShaped && isWhole ? weightsPerGpu(quantized, shape) : undefined,
  };
  const draft = draftOf(args);
  const unknown = [
    ...(size === undefined
      ? [`the size of ${model || "the model"} (dynamo:graphs[].modelSize, which npm run size writes)`]
      : []),
    ...(memory === undefined ? [unknownMemory(pod)] : []),
    ...(isShaped ? [] : ["the number of GPUs that it is divided among"]),
    ...(isWhole ? [] : ["the part of it that is kept elsewhere"]),
    ...(draft === "unknown" ? ["the size of its draft model"] : []),
  ];
  const fraction = argumentOf(args, fractionFlags);
  const refused = [
    ...(fraction === undefined || shareOf(fraction) !== undefined || !/^[\d.]+$/.test(fraction)
      ? []
      : [
          `${nameOf(manifest)}: ${component} takes ${fraction} of its GPUs' memory: write a share between 0 and 1`,
        ]),
    ...(engine === "vllm" && quantized && !stretches.test(args)
      ? refusedByVllm(quantized, tokensOf(argumentOf(args, contextFlags)), found)
      : []),
  ];
  const uneven =
    quantized && isShaped
      ? unevenHeads(quantized, sharesAttention ? tensor / ranks : tensor, found)
      : undefined;
  if (quantized === undefined || memory === undefined || unknown.length > 0)
    return { ...found, unknown, uneven, mistakes: refused };
  const serving: Serving = {
    ...shape,
    draft: draft === "unknown" ? undefined : draft,
    engine,
    model: quantized,
    memory,
    fraction: fraction === undefined ? undefined : shareOf(fraction),
    maxTokens: tokensOf(argumentOf(args, contextFlags)),
    halfCache: /^fp8/.test(argumentOf(args, ["--kv-cache-dtype"]) ?? ""),
  };
  const fit = fitOf(serving);
  const larger =
    slice === undefined
      ? largerShape(serving, gpus)
      : "take a larger slice, or whole GPUs, which can share a model";
  return {
    ...found,
    fit,
    unknown,
    uneven,
    mistakes: [...refused, ...fitMistakes(fit, memory, found, larger)],
  };
}

/** Flags by which weights are elsewhere than on GPUs, or none are loaded. */
const offloads =
  /--cpu[-_]offload[-_]gb[\s=]+(?!0+(?:\.0+)?(?:\s|$))|--load[-_]format[ =]dummy|--kt[-_]|--offload/;
const expertFlags =
  /--enable[-_]expert[-_]parallel|--ep[-_]size|--expert[-_]parallel[-_]size|--moe[-_]expert/;
const contextFlags = ["--max-model-len", "--context-length", "--max-seq-len"];
const fractionFlags = [
  "--gpu-memory-utilization",
  "--mem-fraction-static",
  "--free-gpu-memory-fraction",
  "--kv-cache-free-gpu-mem-fraction",
];

function shareOf(written: string): number | undefined {
  const share = Number(written);
  return share > 0 && share <= 1 ? share : undefined;
}

/** Flags by which a model takes longer texts than its config says. */
const stretches = /--hf[-_]overrides|--rope[-_]scaling|--config[-_]format/;

/**
 * The model that guesses an engine's next words, beside its own; undefined where there is none, or one of a layer or two, as heads
 * of EAGLE and MTP have.
 */
function draftOf(args: string): ModelSize | "unknown" | undefined {
  const [, inJson] =
    /--speculative[-_]config\b[^;&|]*?["']model\\?["']\s*:\s*\\?["']([^"'\\]+)/.exec(args) ?? [];
  const model = argumentOf(args, ["--speculative-draft-model-path", "--speculative-model"]) ?? inJson;
  if (model === undefined || /eagle|medusa|mtp|nextn/i.test(model)) return undefined;
  return sizeOfModel(model, undefined) ?? "unknown";
}

/** Tokens as engines take them: 32768, 32k (thousands) or 32K (1024). Others, such as "auto", are what fits. */
function tokensOf(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const [, number, unit = ""] = /^(\d+(?:\.\d+)?)([kKmM]?)$/.exec(value) ?? [];
  const units: Readonly<Record<string, number>> = { "": 1, k: 1e3, K: 1024, m: 1e6, M: 2 ** 20 };
  return number === undefined ? 1 : Math.floor(Number(number) * (units[unit] ?? 1));
}

/** Weights that become others while they are loaded. Those that are stored in fewer bits stay as they are. */
function asLoaded(size: ModelSize, args: string): ModelSize {
  const asked = argumentOf(args, ["--quantization", "-q"]) ?? argumentOf(args, ["--dtype"]) ?? "";
  const precision = loadedAs.find(([words]) => words.test(asked))?.[1];
  return size.precision === "bf16" && precision !== undefined ? { ...size, precision } : size;
}

const loadedAs: readonly (readonly [words: RegExp, Precision])[] = [
  [/^fp8$|w8a8_fp8/, "fp8"],
  [/^bitsandbytes$/, "int4"],
  [/^(float32|float|fp32)$/, "fp32"],
];

function gibibytes(value: string): number | undefined {
  const bytes = quantity(value);
  return typeof bytes === "number" && bytes > 0 ? bytes / 2 ** 30 : undefined;
}
