/** Whether an engine's weights and its KV cache fit into the memory of its GPUs. */
import type { EngineArgs } from "../engineArgs";
import type { ModelSize } from "./model";
import { quantized } from "./modelSize";

/** Sizes by which an engine divides a model. */
export interface Shape {
  readonly tensor: number;
  readonly pipeline: number;
  /** Data parallel ranks, each of which has all but the experts. */
  readonly data: number;
  /** Whether the experts are divided among all GPUs of all ranks. */
  readonly expertParallel: boolean;
}

export interface Serving extends Shape {
  readonly engine: EngineArgs["engine"];
  readonly model: ModelSize;
  /** A smaller model on the same GPUs, which guesses its next words. @default none */
  readonly draft?: ModelSize | undefined;
  /** GiB of one GPU. */
  readonly memory: number;
  /** Share of that which the engine takes; undefined: its default. */
  readonly fraction: number | undefined;
  /** Tokens of the longest text; undefined: the model's own. */
  readonly maxTokens: number | undefined;
  /** Whether the KV cache has 8 bits for a value. */
  readonly halfCache: boolean;
}

export interface Fit {
  /** `context`: the weights fit, and a text of the full length does not. */
  readonly state: "fits" | "weights" | "context";
  /** GiB of weights on one GPU. */
  readonly weights: number;
  /** GiB of one GPU that are left for the KV cache; negative where not even the weights fit. */
  readonly free: number;
  /** Tokens that the KV cache of one replica holds; undefined where a token's size is not known. */
  readonly tokens: number | undefined;
  /** Tokens of the longest text that is asked for; undefined where that is not known. */
  readonly wanted: number | undefined;
}

const gib = 2 ** 30 / 1e9;

/**
 * GiB of a GPU that are neither weights nor cache: activations, communication, what grows with the layers. Measured with vLLM 0.26
 * on an H200: 1.8 beside 15 of weights, 3.2 beside 61; of experts 2.0 beside 29, 4.1 beside 57 and 3.6 beside 87. Elsewhere: 1.2
 * with 14B on two RTX 4090 (vllm-project/vllm#13061), 8 with Qwen3-235B-A22B-FP8 on four H100 (#21348), 7 with gpt-oss-120b on one (#23278).
 */
const overhead = ({ experts }: ModelSize, weights: number) =>
  1.4 + 0.03 * weights + (experts === undefined ? 0 : 2.5);

/**
 * Share of a GPU that engines take by default: `--gpu-memory-utilization` of vLLM, `--mem-fraction-static` of SGLang, which
 * chooses it by the GPU and leaves the rest to activations, `--free-gpu-memory-fraction` of TensorRT-LLM.
 */
const defaultFraction: Readonly<Record<Serving["engine"], number>> = { vllm: 0.9, sglang: 0.87, trtllm: 0.9 };

/** GiB of the weights on the fullest GPU. Divided evenly: the layers of a pipeline are. */
export function weightsPerGpu(model: ModelSize, { tensor, pipeline, data, expertParallel }: Shape): number {
  const { parameters, experts = 0, unquantized = 0, precision } = model;
  const rest = quantized(parameters - experts, unquantized, precision);
  const ranks = expertParallel ? data : 1;
  return (rest + quantized(experts, 0, precision) / ranks) / (tensor * pipeline) / gib;
}

/** Bytes of a token in the KV cache of one GPU. A head is on one GPU at least. */
function kvBytesPerGpu({ model, tensor, pipeline, halfCache }: Serving): number | undefined {
  const { kvBytesPerToken, kvHeads } = model;
  if (kvBytesPerToken === undefined || kvHeads === undefined) return undefined;
  const share = Math.ceil(kvHeads / Math.min(tensor, kvHeads)) / kvHeads;
  return (kvBytesPerToken * share * (halfCache ? 0.5 : 1)) / pipeline;
}

export function fitOf(serving: Serving): Fit {
  const {
    engine,
    model,
    draft,
    memory,
    fraction = defaultFraction[engine],
    maxTokens = model.context,
  } = serving;
  const weights = [model, draft].reduce((sum, one) => sum + (one ? weightsPerGpu(one, serving) : 0), 0);
  const aside = weights + overhead(model, Math.min(weights, memory));
  const free =
    engine === "trtllm"
      ? (memory - aside) * Math.min(1, fraction)
      : memory * fraction - (engine === "vllm" ? aside : weights);
  const perToken = kvBytesPerGpu(serving);
  const tokens = perToken === undefined ? undefined : Math.max(0, Math.floor((free * 2 ** 30) / perToken));
  // vLLM does not start where a text of the full length has no room. The others do, and refuse such a text.
  const isShort = engine === "vllm" && tokens !== undefined && maxTokens !== undefined && tokens < maxTokens;
  return {
    state: free <= 0 ? "weights" : isShort ? "context" : "fits",
    weights,
    free,
    tokens,
    wanted: maxTokens,
  };
}

/**
 * The smallest tensor parallel size of one node that holds the weights on the same kind of GPU, and preferably a text of full
 * length; undefined where none does.
 */
export function smallestShape(serving: Serving): { tensor: number; fit: Fit } | undefined {
  const shapes = [1, 2, 4, 8]
    .filter((tensor) => dividesHeads(serving.model, tensor))
    .map((tensor) => ({ tensor, fit: fitOf({ ...serving, tensor, pipeline: 1 }) }));
  return shapes.find(({ fit }) => fit.state === "fits") ?? shapes.find(({ fit }) => fit.state === "context");
}

/** Whether tensor parallelism of a size can divide a model's attention heads. Where they are not known it may. */
export function dividesHeads({ heads }: ModelSize, tensor: number): boolean {
  return heads === undefined || heads % tensor === 0;
}
