/**
 * Sizes by config.json, against the parameters that the Hugging Face hub counts in the files of each model
 * (gpus/memory/modelFamilies.ts) or its authors publish. The numbers are those of the models' own config.json.
 */
import { type ConfigSize, readConfigJson } from "../../../gpus/memory/configJson";
import { sizeByName } from "../../../gpus/memory/modelSize";

type Config = Readonly<Record<string, unknown>>;

const dense = (
  model_type: string,
  [hidden_size, intermediate_size, num_hidden_layers]: readonly [number, number, number],
  [num_attention_heads, num_key_value_heads, head_dim]: readonly [number, number, number?],
  vocab_size: number,
  more: Config = {},
): Config => ({
  model_type,
  hidden_size,
  intermediate_size,
  num_hidden_layers,
  num_attention_heads,
  num_key_value_heads,
  ...(head_dim !== undefined && { head_dim }),
  vocab_size,
  torch_dtype: "bfloat16",
  ...more,
});

const llama = dense("llama", [4096, 14_336, 32], [32, 8], 128_256, { max_position_embeddings: 131_072 });
const deepseek: Config = {
  model_type: "deepseek_v3",
  hidden_size: 7168,
  intermediate_size: 18_432,
  moe_intermediate_size: 2048,
  num_hidden_layers: 61,
  num_attention_heads: 128,
  q_lora_rank: 1536,
  kv_lora_rank: 512,
  qk_nope_head_dim: 128,
  qk_rope_head_dim: 64,
  v_head_dim: 128,
  n_routed_experts: 256,
  n_shared_experts: 1,
  first_k_dense_replace: 3,
  moe_layer_freq: 1,
  num_nextn_predict_layers: 1,
  vocab_size: 129_280,
  max_position_embeddings: 163_840,
  quantization_config: { quant_method: "fp8" },
};
const gptOss = dense("gpt_oss", [2880, 2880, 24], [64, 8, 64], 201_088, {
  num_local_experts: 32,
  max_position_embeddings: 131_072,
  layer_types: Array.from({ length: 24 }, (_, i) => (i % 2 ? "full_attention" : "sliding_attention")),
  sliding_window: 128,
  rope_scaling: { rope_type: "yarn", factor: 32, original_max_position_embeddings: 4096 },
  quantization_config: { quant_method: "mxfp4", modules_to_not_convert: ["model.layers.*.self_attn"] },
});

const models: Readonly<Record<string, Config>> = {
  "llama-3.1-8b": llama,
  "llama-3.2-1b": dense("llama", [2048, 8192, 16], [32, 8, 64], 128_256, {
    tie_word_embeddings: true,
    max_position_embeddings: 131_072,
  }),
  "llama-3.3-70b": dense("llama", [8192, 28_672, 80], [64, 8], 128_256, { max_position_embeddings: 131_072 }),
  "mistral-7b": dense("mistral", [4096, 14_336, 32], [32, 8], 32_000, { max_position_embeddings: 32_768 }),
  "qwen2.5-7b": dense("qwen2", [3584, 18_944, 28], [28, 4], 152_064, {
    max_position_embeddings: 32_768,
    sliding_window: 131_072,
    use_sliding_window: false,
  }),
  "qwen3-32b": dense("qwen3", [5120, 25_600, 64], [64, 8, 128], 151_936, { max_position_embeddings: 40_960 }),
  "qwen3-0.6b": dense("qwen3", [1024, 3072, 28], [16, 8, 128], 151_936, {
    tie_word_embeddings: true,
    max_position_embeddings: 40_960,
  }),
  "phi-4": dense("phi3", [5120, 17_920, 40], [40, 10], 100_352, { max_position_embeddings: 16_384 }),
  "qwen3-30b-a3b": dense("qwen3_moe", [2048, 6144, 48], [32, 4, 128], 151_936, {
    num_experts: 128,
    moe_intermediate_size: 768,
    decoder_sparse_step: 1,
    mlp_only_layers: [],
    max_position_embeddings: 40_960,
  }),
  "mixtral-8x7b": dense("mixtral", [4096, 14_336, 32], [32, 8], 32_000, {
    num_local_experts: 8,
    max_position_embeddings: 32_768,
  }),
  "glm-4.5-air": dense("glm4_moe", [4096, 10_944, 46], [96, 8, 128], 151_552, {
    moe_intermediate_size: 1408,
    n_routed_experts: 128,
    n_shared_experts: 1,
    first_k_dense_replace: 1,
    attention_bias: true,
    max_position_embeddings: 131_072,
  }),
  "gpt-oss-20b": gptOss,
  "deepseek-v2-lite": {
    ...deepseek,
    model_type: "deepseek_v2",
    hidden_size: 2048,
    intermediate_size: 10_944,
    moe_intermediate_size: 1408,
    num_hidden_layers: 27,
    num_attention_heads: 16,
    q_lora_rank: null,
    n_routed_experts: 64,
    n_shared_experts: 2,
    first_k_dense_replace: 1,
    num_nextn_predict_layers: undefined,
    vocab_size: 102_400,
    quantization_config: undefined,
    torch_dtype: "bfloat16",
  },
  "deepseek-v3": deepseek,
  "kimi-k2": {
    ...deepseek,
    model_type: "kimi_k2",
    num_attention_heads: 64,
    n_routed_experts: 384,
    first_k_dense_replace: 1,
    vocab_size: 163_840,
    max_position_embeddings: 131_072,
  },
};

test.each(Object.entries(models))(
  "%s is as large as is published, and has the same cache",
  (name, config) => {
    const { parameters, experts, unquantized, ...found } = readConfigJson(config);
    const family = sizeByName(name);
    if (family === undefined) throw new Error(`${name} is of no family`);
    const distance = (is: number | undefined, was: number | undefined) =>
      Math.abs((is ?? 0) / (was ?? 0) - 1);
    expect(distance(parameters, family.parameters)).toBeLessThan(0.003);
    if (family.experts === undefined) expect(experts).toBeUndefined();
    else expect(distance(experts, family.experts)).toBeLessThan(0.003);
    if (!config.tie_word_embeddings) expect(distance(unquantized, family.unquantized)).toBeLessThan(0.01);
    const { kvBytesPerToken, kvHeads, heads, context, precision } = family;
    expect(found).toMatchObject({
      kvBytesPerToken,
      kvHeads,
      heads,
      context,
      precision,
      notes: expect.anything(),
    });
  },
);

test("Qwen1.5-MoE-A2.7B has the 14.3·10⁹ parameters that its authors publish", () => {
  const config = dense("qwen2_moe", [2048, 5632, 24], [16, 16], 151_936, {
    num_experts: 60,
    moe_intermediate_size: 1408,
    shared_expert_intermediate_size: 5632,
  });
  expect(readConfigJson(config).parameters).toBeCloseTo(14.32, 1);
});

test.each<[string, Config, Partial<ConfigSize>]>([
  ["no type of weights", { torch_dtype: undefined }, { precision: undefined }],
  ["the newer name of it", { torch_dtype: undefined, dtype: "float32" }, { precision: "fp32" }],
  ["GPTQ of 8 bits", { quantization_config: { quant_method: "gptq", bits: 8 } }, { precision: "int8" }],
  ["AWQ", { quantization_config: { quant_method: "awq", bits: 4 } }, { precision: "int4" }],
  ["AWQ of 3 bits", { quantization_config: { quant_method: "awq", bits: 3 } }, { precision: undefined }],
  ["another way", { quantization_config: { quant_method: "aqlm" } }, { precision: undefined }],
  ["no way", { quantization_config: 8 }, { precision: undefined }],
  [
    "NVFP4",
    { quantization_config: { quant_method: "modelopt", quant_algo: "NVFP4" } },
    { precision: "nvfp4" },
  ],
  [
    "compressed tensors",
    {
      quantization_config: {
        quant_method: "compressed-tensors",
        config_groups: { all: { weights: { num_bits: 8, type: "float" } } },
      },
    },
    { precision: "fp8" },
  ],
  [
    "compressed tensors of two kinds",
    {
      quantization_config: {
        quant_method: "compressed-tensors",
        config_groups: {
          a: { weights: { num_bits: 8, type: "float" } },
          b: { weights: { num_bits: 4, type: "int" } },
        },
      },
    },
    { precision: undefined },
  ],
])("%s", (_, more, expected) => {
  const found = readConfigJson({ ...llama, ...more });
  expect(found).toMatchObject(expected);
  if (found.precision === undefined)
    expect(found.notes).toEqual([expect.stringMatching(/known.*write the precision yourself/)]);
});

test("what ModelOpt writes beside the config comes before the type of weights, and not before what the config says", () => {
  const file = (quant_algo: unknown, exclude_modules?: readonly string[]) => ({
    quantization: { quant_algo, exclude_modules },
  });
  const read = (beside: unknown, config: Config = llama) => readConfigJson(config, beside);
  expect(read(file("FP8", ["lm_head"]))).toMatchObject({ precision: "fp8", notes: [] });
  expect(read(file("NVFP4", ["lm_head", "model.layers.0.self_attn.q_proj"]))).toMatchObject({
    precision: "nvfp4",
    notes: [expect.stringMatching(/counted as quantized: model\.layers\.0\.self_attn\.q_proj$/)],
  });
  for (const unknown of [file("MIXED_PRECISION"), file(8), {}, [], "FP8"])
    expect(read(unknown)).toMatchObject({
      precision: undefined,
      notes: [expect.stringMatching(/no known kind/)],
    });
  const quantization_config = { quant_method: "awq", bits: 4 };
  expect(read(file("FP8"), { ...llama, quantization_config }).precision).toBe("int4");
  // An older form of it within the config has no method.
  expect(read(undefined, { ...llama, quantization_config: { quant_algo: "FP8" } }).precision).toBe("fp8");
});

test("what is not counted is told", () => {
  expect(readConfigJson(deepseek).notes).toEqual([expect.stringMatching(/predict further tokens/)]);
  expect(readConfigJson({ ...llama, sliding_window: 4096 }).notes).toEqual([
    expect.stringMatching(/look at a window alone/),
  ]);
  const unused = { sliding_window: 4096, use_sliding_window: false };
  expect(readConfigJson({ ...llama, ...unused }).notes).toEqual([]);
  const quantization_config = { quant_method: "fp8", modules_to_not_convert: ["lm_head", "layers.0.mlp"] };
  expect(readConfigJson({ ...llama, quantization_config }).notes).toEqual([
    expect.stringMatching(/counted as quantized: layers\.0\.mlp$/),
  ]);
  expect(readConfigJson(gptOss).notes).toEqual([]);
});

test.each<[string, unknown, RegExp]>([
  ["a list", [llama], /no config\.json: model_type is missing/],
  ["null", null, /no config\.json/],
  [
    "another architecture",
    { ...llama, model_type: "mamba" },
    /^model_type mamba is not known: llama, .* by hand$/,
  ],
  ["one that objects have anyway", { ...llama, model_type: "constructor" }, /constructor is not known/],
  [
    "a type with controls",
    { ...llama, model_type: "\u001b[31m\n".repeat(99) },
    /^model_type [ …]*is not known/,
  ],
  ["another head", { ...llama, architectures: ["LlamaForSequenceClassification"] }, /it is LlamaForCausalLM/],
  ["a size in words", { ...llama, hidden_size: "4096" }, /^hidden_size: /],
  ["a negative size", { ...llama, vocab_size: -1 }, /^vocab_size: must be a whole number .* found -1/],
  ["half a head", { ...llama, num_attention_heads: 0.5 }, /^num_attention_heads: /],
  ["no layers", { ...llama, num_hidden_layers: 0 }, /^num_hidden_layers: /],
  [
    "more layers than there are",
    { ...llama, num_hidden_layers: 1e9 },
    /between 1 and 10000, found 1000000000/,
  ],
  ["a size beyond all", { ...llama, hidden_size: 2 ** 24, intermediate_size: 2 ** 24 }, /no model has$/],
  ["no number", { ...llama, intermediate_size: Number.NaN }, /^intermediate_size: /],
  ["heads that don't come out even", { ...llama, hidden_size: 4097 }, /4097 is no multiple of 32 heads/],
  ["heads that can't share", { ...llama, num_key_value_heads: 5 }, /32 heads don't share 5/],
  ["experts that are missing", { ...llama, model_type: "mixtral" }, /^num_local_experts: /],
  ["layers of another kind", { ...llama, layer_types: ["linear_attention"] }, /^layer_types\.0: /],
  ["fewer types than layers", { ...llama, layer_types: ["full_attention"] }, /32 layers .* types of 1$/],
  [
    "no layer with a cache that grows",
    { ...llama, layer_types: Array(32).fill("sliding_attention") },
    /does not grow with the text/,
  ],
])("%s is refused in one line", (_, config, message) => {
  expect(() => readConfigJson(config)).toThrow(message);
  expect(() => readConfigJson(config)).toThrow(/^[^\n]*$/);
});
