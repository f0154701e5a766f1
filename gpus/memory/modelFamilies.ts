/**
 * Sizes of models that many serve. Sources: the config.json of each on the Hugging Face hub (layers, heads, head_dim,
 * max_position_embeddings, vocab_size), and the number of parameters that the hub counts in its files.
 */
import type { ModelSize } from "./model";

interface Family extends Omit<ModelSize, "by"> {
  /** Part of the name, in lower case, that no longer name begins with. */
  readonly key: string;
}

/** A model with a KV cache of several heads. `cached`: layers whose cache grows with the text; default: all. */
const model = (
  key: string,
  parameters: number,
  [layers, heads, kvHeads, headSize]: readonly [number, number, number, number],
  context: number,
  more: Partial<ModelSize> & { readonly cached?: number } = {},
): Family => {
  const { cached = layers, ...others } = more;
  const kvBytesPerToken = 2 * cached * kvHeads * headSize * 2;
  return { key, parameters, heads, kvHeads, kvBytesPerToken, context, precision: "bf16", ...others };
};

/** One of DeepSeek's latent attention: 512 + 64 values a layer, of which every GPU has all. */
const latent = (
  key: string,
  parameters: number,
  [layers, heads]: readonly [number, number],
  context: number,
  more: Partial<ModelSize>,
): Family => ({
  key,
  parameters,
  heads,
  kvHeads: 1,
  kvBytesPerToken: layers * 576 * 2,
  context,
  precision: "fp8",
  ...more,
});

const qwen25 = 32_768;
const qwen3 = 40_960;
const long = 131_072;
const longer = 262_144;

const all: readonly Family[] = [
  model("qwen2.5-0.5b", 0.494, [24, 14, 2, 64], qwen25, { unquantized: 0.136 }),
  model("qwen2.5-1.5b", 1.544, [28, 12, 2, 128], qwen25, { unquantized: 0.233 }),
  model("qwen2.5-3b", 3.086, [36, 16, 2, 128], qwen25, { unquantized: 0.311 }),
  model("qwen2.5-7b", 7.616, [28, 28, 4, 128], qwen25, { unquantized: 1.09 }),
  model("qwen2.5-14b", 14.77, [48, 40, 8, 128], qwen25, { unquantized: 1.557 }),
  model("qwen2.5-32b", 32.76, [64, 40, 8, 128], qwen25, { unquantized: 1.557 }),
  model("qwen2.5-72b", 72.71, [80, 64, 8, 128], qwen25, { unquantized: 2.49 }),
  model("qwq-32b", 32.76, [64, 40, 8, 128], qwen3, { unquantized: 1.557 }),
  model("qwen3-0.6b", 0.596, [28, 16, 8, 128], qwen3, { unquantized: 0.156 }),
  model("qwen3-1.7b", 1.72, [28, 16, 8, 128], qwen3, { unquantized: 0.311 }),
  model("qwen3-4b", 4.02, [36, 32, 8, 128], qwen3, { unquantized: 0.389 }),
  model("qwen3-4b-instruct-2507", 4.02, [36, 32, 8, 128], longer, { unquantized: 0.389 }),
  model("qwen3-4b-thinking-2507", 4.02, [36, 32, 8, 128], longer, { unquantized: 0.389 }),
  model("qwen3-8b", 8.19, [36, 32, 8, 128], qwen3, { unquantized: 1.245 }),
  model("qwen3-14b", 14.77, [40, 40, 8, 128], qwen3, { unquantized: 1.556 }),
  model("qwen3-32b", 32.76, [64, 64, 8, 128], qwen3, { unquantized: 1.556 }),
  ...["qwen3-30b-a3b-instruct-2507", "qwen3-30b-a3b-thinking-2507", "qwen3-coder-30b-a3b"].map((key) =>
    model(key, 30.53, [48, 32, 4, 128], longer, { experts: 28.99, unquantized: 0.622 }),
  ),
  model("qwen3-30b-a3b", 30.53, [48, 32, 4, 128], qwen3, { experts: 28.99, unquantized: 0.622 }),
  ...["qwen3-235b-a22b-instruct-2507", "qwen3-235b-a22b-thinking-2507"].map((key) =>
    model(key, 235.09, [94, 64, 4, 128], longer, { experts: 227.1, unquantized: 1.245 }),
  ),
  model("qwen3-235b-a22b", 235.09, [94, 64, 4, 128], qwen3, { experts: 227.1, unquantized: 1.245 }),
  model("qwen3-coder-480b-a35b", 480.15, [62, 96, 8, 128], longer, { experts: 468.1, unquantized: 1.867 }),
  model("llama-3.2-1b", 1.236, [16, 32, 8, 64], long, { unquantized: 0.263 }),
  model("llama-3.2-3b", 3.213, [28, 24, 8, 128], long, { unquantized: 0.394 }),
  model("llama-3-8b", 8.03, [32, 32, 8, 128], 8_192, { unquantized: 1.051 }),
  model("llama-3.1-8b", 8.03, [32, 32, 8, 128], long, { unquantized: 1.051 }),
  model("llama-3-70b", 70.55, [80, 64, 8, 128], 8_192, { unquantized: 2.101 }),
  model("llama-3.1-70b", 70.55, [80, 64, 8, 128], long, { unquantized: 2.101 }),
  model("llama-3.3-70b", 70.55, [80, 64, 8, 128], long, { unquantized: 2.101 }),
  model("llama-3.1-405b", 405.85, [126, 128, 8, 128], long, { unquantized: 4.203 }),
  // Meta's own leaves attention, and the first and last layer, in 16 bits.
  model("llama-3.1-405b-fp8", 405.85, [126, 128, 8, 128], long, { unquantized: 81.3 }),
  model("llama-3.1-405b-instruct-fp8", 405.85, [126, 128, 8, 128], long, { unquantized: 81.3 }),
  model("mistral-7b", 7.25, [32, 32, 8, 128], 32_768, { unquantized: 0.262 }),
  model("mistral-small-24b", 23.57, [40, 32, 8, 128], 32_768, { unquantized: 1.342 }),
  model("mistral-small-3.1-24b", 24.01, [40, 32, 8, 128], long, { unquantized: 1.342 }),
  model("mistral-small-3.2-24b", 24.01, [40, 32, 8, 128], long, { unquantized: 1.342 }),
  model("mixtral-8x7b", 46.7, [32, 32, 8, 128], 32_768, { experts: 45.1, unquantized: 0.262 }),
  model("mixtral-8x22b", 140.6, [56, 48, 8, 128], 65_536, { experts: 135.3, unquantized: 0.393 }),
  model("phi-4", 14.66, [40, 40, 10, 128], 16_384, { unquantized: 1.028 }),
  model("gpt-oss-20b", 20.91, [24, 64, 8, 64], long, {
    cached: 12,
    experts: 19.11,
    unquantized: 1.8,
    precision: "mxfp4",
  }),
  model("gpt-oss-120b", 116.83, [36, 64, 8, 64], long, {
    cached: 18,
    experts: 114.66,
    unquantized: 2.17,
    precision: "mxfp4",
  }),
  model("glm-4.5-air", 106.85, [46, 96, 8, 128], long, { experts: 99.7, unquantized: 1.241 }),
  model("glm-4.5", 352.8, [92, 96, 8, 128], long, { experts: 336, unquantized: 1.552 }),
  model("deepseek-r1-distill-qwen-1.5b", 1.777, [28, 12, 2, 128], long, { unquantized: 0.467 }),
  model("deepseek-r1-distill-qwen-7b", 7.616, [28, 28, 4, 128], long, { unquantized: 1.09 }),
  model("deepseek-r1-distill-qwen-14b", 14.77, [48, 40, 8, 128], long, { unquantized: 1.557 }),
  model("deepseek-r1-distill-qwen-32b", 32.76, [64, 40, 8, 128], long, { unquantized: 1.557 }),
  model("deepseek-r1-distill-llama-8b", 8.03, [32, 32, 8, 128], long, { unquantized: 1.051 }),
  model("deepseek-r1-distill-llama-70b", 70.55, [80, 64, 8, 128], long, { unquantized: 2.101 }),
  latent("deepseek-v2-lite", 15.7, [27, 16], 163_840, {
    experts: 14.4,
    unquantized: 0.419,
    precision: "bf16",
  }),
  ...["deepseek-v3", "deepseek-v3.1", "deepseek-v3.2", "deepseek-r1"].map((key) =>
    latent(key, 671.03, [61, 128], 163_840, { experts: 653.9, unquantized: 1.853 }),
  ),
  latent("kimi-k2", 1_026.4, [61, 64], long, { experts: 1_014.7, unquantized: 2.349 }),
];

/** The longest names first: "qwen3-4b-instruct-2507" is not "qwen3-4b". */
export const families: readonly Family[] = [...all].sort((a, b) => b.key.length - a.key.length);
