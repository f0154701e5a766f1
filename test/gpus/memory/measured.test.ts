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

/** Memory of a GPU that is in use, as the cache's size tells it: `tokens` of KV cache, and what is not the cache. */
const caches: readonly (readonly [string, Serving, tokens: number])[] = [
  [
    // Measured with runtime 1.4.2 and vLLM 0.26.0: a model of Qwen2.5-7B's sizes with a small vocabulary.
    "a model of 7B on an H200",
    {
      ...shape,
      engine: "vllm",
      model: { ...sizeOf("Qwen/Qwen2.5-7B"), parameters: 6.54, context: 16_384 },
      memory: 143_771 / 1024,
      fraction: 0.85,
      maxTokens: 16_384,
      halfCache: false,
    },
    1_969_776,
  ],
  [
    "DeepSeek-R1-Distill-Qwen-14B on two RTX 4090 (vllm-project/vllm#13061)",
    {
      ...shape,
      engine: "vllm",
      tensor: 2,
      model: sizeOf("deepseek-ai/DeepSeek-R1-Distill-Qwen-14B"),
      memory: 23.08,
      fraction: 0.98,
      maxTokens: undefined,
      halfCache: false,
    },
    81_536,
  ],
  [
    "Qwen3-235B-A22B-FP8 on four H100 (vllm-project/vllm#21348)",
    {
      ...shape,
      engine: "vllm",
      tensor: 4,
      model: sizeOf("Qwen/Qwen3-235B-A22B-FP8"),
      memory: 81_559 / 1024,
      fraction: 0.9,
      maxTokens: undefined,
      halfCache: false,
    },
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

test("a text of the model's full length that vLLM refused is refused: 131072 tokens of 81536", () => {
  const [, [, serving] = ["", undefined]] = caches;
  expect(serving && fitOf(serving)).toMatchObject({ state: "context", wanted: 131_072 });
});
