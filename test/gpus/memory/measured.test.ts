/** The arithmetic of memory, held against what engines said on real GPUs. */
import { fitOf, type Serving, weightsPerGpu } from "../../../gpus/memory/fit";
import { sizeByName } from "../../../gpus/memory/modelSize";

const shape = { tensor: 1, pipeline: 1, data: 1, expertParallel: false };
const sizeOf = (model: string) => {
  const size = sizeByName(model);
  if (size === undefined) throw new Error(`${model} has no size`);
  return size;
};

/** GiB of weights on a GPU, as vLLM or SGLang logged them while loading. */
const weights: readonly (readonly [model: string, tensor: number, measured: number, source: string])[] = [
  ["Qwen/Qwen3-8B", 1, 15.27, "an H200, vLLM 0.26.0"],
  ["Qwen/Qwen3-32B", 1, 61.03, "an H200, vLLM 0.26.0"],
  ["Qwen/Qwen3-30B-A3B", 1, 56.88, "an H200, vLLM 0.26.0"],
  ["mistralai/Mixtral-8x7B-v0.1", 1, 87.0, "an H200, vLLM 0.26.0"],
  ["deepseek-ai/DeepSeek-V2-Lite", 1, 29.32, "an H200, vLLM 0.26.0"],
  ["meta-llama/Llama-3.1-8B", 1, 15.0, "an H200, vLLM 0.26.0"],
  ["Qwen/Qwen3-4B", 1, 7.6785, "kyuz0/amd-strix-halo-vllm-toolboxes#5"],
  ["Qwen/Qwen3-30B-A3B", 4, 14.2474, "vllm-project/vllm#17469"],
  ["deepseek-ai/DeepSeek-R1-Distill-Qwen-14B", 2, 13.9476, "vllm-project/vllm#13061"],
  ["mistralai/Mistral-Small-3.1-24B-Instruct-2503", 1, 44.5, "vllm-project/vllm#16128"],
  ["neuralmagic/Meta-Llama-3.1-70B-Instruct-quantized.w8a8", 1, 67.7229, "vllm-project/vllm#12569"],
  ["meta-llama/Meta-Llama-3.1-405B-Instruct-FP8", 8, 57.752, "vllm-project/vllm#6746"],
  ["openai/gpt-oss-120b", 1, 64.38, "vllm-project/vllm#33155"],
  ["openai/gpt-oss-120b", 1, 65.9651, "vllm-project/vllm#23278"],
  ["deepseek-ai/DeepSeek-R1", 8, 79.41, "HabanaAI/vllm-fork#809"],
];

test.each(weights)("weights of %s on %i GPUs: %d GiB (%s)", (model, tensor, measured) => {
  const estimated = weightsPerGpu(sizeOf(model), { ...shape, tensor });
  expect(Math.abs(estimated / measured - 1)).toBeLessThan(0.1);
});

/** GiB that a program gets of an H200. */
const h200 = 150_109_880_320 / 2 ** 30;

const served = (model: string, more: Partial<Serving> = {}): Serving => ({
  ...shape,
  engine: "vllm",
  model: sizeOf(model),
  memory: h200,
  fraction: 0.9,
  maxTokens: 16_384,
  halfCache: false,
  ...more,
});

/**
 * Tokens of KV cache that vLLM has found room for. Those of an H200 were measured for this: vLLM 0.26.0, the model's sizes with
 * random weights, --max-model-len 16384; the first with runtime 1.4.2, a small vocabulary and 0.85 of the memory.
 */
const caches: readonly (readonly [string, Serving, tokens: number])[] = [
  [
    "a model of 7B on an H200",
    served("Qwen/Qwen2.5-7B", { model: { ...sizeOf("Qwen/Qwen2.5-7B"), parameters: 6.54 }, fraction: 0.85 }),
    1_969_776,
  ],
  ["Qwen3-8B on an H200", served("Qwen/Qwen3-8B"), 791_792],
  ["Llama-3.1-8B on an H200", served("meta-llama/Llama-3.1-8B"), 891_872],
  ["Qwen3-32B on an H200", served("Qwen/Qwen3-32B"), 252_144],
  ["Qwen3-30B-A3B on an H200", served("Qwen/Qwen3-30B-A3B"), 708_336],
  ["Mixtral-8x7B on an H200", served("mistralai/Mixtral-8x7B-v0.1"), 288_784],
  ["DeepSeek-V2-Lite on an H200", served("deepseek-ai/DeepSeek-V2-Lite"), 3_263_600],
  [
    "DeepSeek-R1-Distill-Qwen-14B on two RTX 4090 (vllm-project/vllm#13061)",
    served("deepseek-ai/DeepSeek-R1-Distill-Qwen-14B", {
      tensor: 2,
      memory: 23.08,
      fraction: 0.98,
      maxTokens: undefined,
    }),
    81_536,
  ],
  [
    "Qwen3-235B-A22B-FP8 on four H100 (vllm-project/vllm#21348)",
    served("Qwen/Qwen3-235B-A22B-FP8", { tensor: 4, memory: 79.1 }),
    178_880,
  ],
];

test.each(caches)("the memory in use of %s", (_, serving, tokens) => {
  const fit = fitOf(serving);
  const perToken = (fit.free * 2 ** 30) / (fit.tokens ?? 0);
  const used = (tokens * perToken) / 2 ** 30; // GiB of the cache as measured
  const usable = serving.memory * (serving.fraction ?? 1);
  // What is not the cache: as estimated, and as measured.
  const [estimated, measured] = [usable - fit.free, usable - used];
  expect(Math.abs(estimated / measured - 1)).toBeLessThan(0.1);
});

test("the cache of a model without experts is within 10 % too, and so is its size for a token", () => {
  for (const [, serving, tokens] of caches.filter(([, { model }]) => model.experts === undefined))
    expect(Math.abs((fitOf(serving).tokens ?? 0) / tokens - 1)).toBeLessThan(0.1);
});

test("a text of the model's full length that vLLM refused is refused: 131072 tokens of 81536", () => {
  const serving = caches.find(([name]) => name.startsWith("DeepSeek-R1-Distill"))?.[1];
  expect(serving && fitOf(serving)).toMatchObject({ state: "context", wanted: 131_072 });
});
