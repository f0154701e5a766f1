/**
 * Architectures whose parameters can be counted by the config.json that Hugging Face keeps beside the weights. Source of what each
 * has: its modelling code in transformers 4.57 (models/<model_type>/modeling_*.py). Norms within attention are left out.
 */
import { z } from "zod";
import { whole } from "../../config/fields";

const size = whole(1, 2 ** 24);
const layers = whole(1, 10_000);
const experts = whole(1, 100_000);

const common = z.object({
  hidden_size: size,
  num_hidden_layers: layers,
  num_attention_heads: size,
  vocab_size: whole(1, 2 ** 28),
  tie_word_embeddings: z.boolean().nullish(),
  attention_bias: z.boolean().nullish(),
  max_position_embeddings: whole(1, 2 ** 30).nullish(),
  layer_types: z
    .array(z.enum(["full_attention", "sliding_attention"]))
    .max(10_000)
    .nullish(),
  sliding_window: whole(0, 2 ** 30).nullish(),
  use_sliding_window: z.boolean().nullish(),
  rope_scaling: z
    .object({
      type: z.string().nullish(),
      rope_type: z.string().nullish(),
      factor: z.number().positive().max(1e6).nullish(),
      original_max_position_embeddings: whole(1, 2 ** 30).nullish(),
    })
    .nullish(),
});
const grouped = common.extend({ num_key_value_heads: size.nullish(), head_dim: size.nullish() });
const dense = grouped.extend({ intermediate_size: size });
/** Layers that have experts, as Qwen's choose them. */
const sparse = {
  moe_intermediate_size: size,
  num_experts: experts,
  decoder_sparse_step: layers.nullish(),
  mlp_only_layers: z.array(whole(0, 10_000)).max(10_000).nullish(),
};
const routed = {
  moe_intermediate_size: size,
  n_routed_experts: experts,
  n_shared_experts: whole(0, 1_000).nullish(),
  first_k_dense_replace: whole(0, 10_000).nullish(),
  moe_layer_freq: z.literal(1).nullish(),
};
const latent = common.extend({
  intermediate_size: size,
  q_lora_rank: size.nullish(),
  kv_lora_rank: size,
  qk_nope_head_dim: size,
  qk_rope_head_dim: size,
  v_head_dim: size,
  ...routed,
});

/** What all architectures have. */
export type CommonConfig = z.output<typeof common>;

/** Numbers of parameters of a layer, and what a token takes. */
interface Counted {
  /** Attention and norms. */
  readonly attention: number;
  /** Of a layer, by its place: experts, and the rest. */
  readonly mlp: (layer: number) => { readonly rest: number; readonly experts: number };
  readonly kvHeads: number;
  /** Bytes of a token in a layer's KV cache, in 16 bits. */
  readonly kvBytes: number;
}

/** An architecture. */
export interface Architecture {
  /** Its class for text. */
  readonly name: string;
  /** @throws z.ZodError or Error where a config is not of it */
  readonly read: (json: unknown) => { readonly config: CommonConfig; readonly counted: Counted };
}

/** @throws Error where the heads don't come out even */
function groupedAttention(config: z.output<typeof grouped>, qkvBias = false, sinks = false) {
  const { hidden_size: hidden, num_attention_heads: heads } = config;
  const kvHeads = config.num_key_value_heads ?? heads;
  const head = config.head_dim ?? hidden / heads;
  if (!Number.isInteger(head)) throw new Error(`hidden_size ${hidden} is no multiple of ${heads} heads`);
  if (heads % kvHeads !== 0) throw new Error(`${heads} heads don't share ${kvHeads} of the KV cache evenly`);
  const qkv = (heads + 2 * kvHeads) * head;
  const bias = qkvBias || config.attention_bias ? qkv : 0;
  const attention = hidden * (qkv + heads * head) + bias + (sinks ? heads : 0) + 2 * hidden;
  return { attention, kvHeads, kvBytes: 2 * kvHeads * head * 2 };
}

function latentAttention(config: z.output<typeof latent>) {
  const { hidden_size: hidden, num_attention_heads: heads, q_lora_rank, kv_lora_rank } = config;
  const { qk_nope_head_dim: nope, qk_rope_head_dim: rope, v_head_dim: value } = config;
  const queries = heads * (nope + rope);
  const query = q_lora_rank ? q_lora_rank * (hidden + queries + 1) : hidden * queries;
  const keys = hidden * (kv_lora_rank + rope) + kv_lora_rank * (heads * (nope + value) + 1);
  const attention = query + keys + heads * value * hidden + 2 * hidden;
  return { attention, kvHeads: 1, kvBytes: (kv_lora_rank + rope) * 2 };
}

const gate = (hidden: number, inner: number) => 3 * hidden * inner;

const denseMlp = ({ hidden_size, intermediate_size }: z.output<typeof dense>): Counted["mlp"] => {
  const rest = gate(hidden_size, intermediate_size);
  return () => ({ rest, experts: 0 });
};

function sparseMlp(
  config: z.output<typeof dense> & z.output<z.ZodObject<typeof sparse>>,
  shared = 0,
): Counted["mlp"] {
  const { hidden_size: hidden, num_experts: count, moe_intermediate_size: inner } = config;
  const step = config.decoder_sparse_step ?? 1;
  const plain = new Set(config.mlp_only_layers);
  return (layer) =>
    plain.has(layer) || (layer + 1) % step !== 0
      ? { rest: gate(hidden, config.intermediate_size), experts: 0 }
      : { rest: hidden * count + shared, experts: count * gate(hidden, inner) };
}

function routedMlp(
  config: { hidden_size: number; intermediate_size: number } & z.output<z.ZodObject<typeof routed>>,
): Counted["mlp"] {
  const { hidden_size: hidden, n_routed_experts: count, moe_intermediate_size: inner } = config;
  const shared = (config.n_shared_experts ?? 0) * gate(hidden, inner);
  return (layer) =>
    layer < (config.first_k_dense_replace ?? 0)
      ? { rest: gate(hidden, config.intermediate_size), experts: 0 }
      : { rest: shared + hidden * count + count, experts: count * gate(hidden, inner) };
}

const architecture = <Schema extends z.ZodType<CommonConfig>>(
  name: string,
  schema: Schema,
  count: (config: z.output<Schema>) => Counted,
): Architecture => ({
  name,
  read: (json) => {
    const config = schema.parse(json);
    return { config, counted: count(config) };
  },
});

const denseOf = (name: string, qkvBias = false) =>
  architecture(name, dense, (config) => ({ ...groupedAttention(config, qkvBias), mlp: denseMlp(config) }));
const latentOf = (name: string) =>
  architecture(name, latent, (config) => ({ ...latentAttention(config), mlp: routedMlp(config) }));

/** By `model_type`. */
export const architectures: Readonly<Record<string, Architecture>> = {
  llama: denseOf("LlamaForCausalLM"),
  mistral: denseOf("MistralForCausalLM"),
  phi3: denseOf("Phi3ForCausalLM"),
  qwen2: denseOf("Qwen2ForCausalLM", true),
  qwen3: denseOf("Qwen3ForCausalLM"),
  qwen2_moe: architecture(
    "Qwen2MoeForCausalLM",
    dense.extend({ ...sparse, shared_expert_intermediate_size: size }),
    (config) => ({
      ...groupedAttention(config, true),
      mlp: sparseMlp(config, gate(config.hidden_size, config.shared_expert_intermediate_size)),
    }),
  ),
  qwen3_moe: architecture("Qwen3MoeForCausalLM", dense.extend(sparse), (config) => ({
    ...groupedAttention(config),
    mlp: sparseMlp(config),
  })),
  mixtral: architecture("MixtralForCausalLM", dense.extend({ num_local_experts: experts }), (config) => {
    const { hidden_size: hidden, intermediate_size: inner, num_local_experts: count } = config;
    const mlp = { rest: hidden * count, experts: count * gate(hidden, inner) };
    return { ...groupedAttention(config), mlp: () => mlp };
  }),
  gpt_oss: architecture("GptOssForCausalLM", dense.extend({ num_local_experts: experts }), (config) => {
    const { hidden_size: hidden, intermediate_size: inner, num_local_experts: count } = config;
    const mlp = { rest: hidden * count + count, experts: count * (gate(hidden, inner) + 2 * inner + hidden) };
    return { ...groupedAttention(config, true, true), mlp: () => mlp };
  }),
  glm4_moe: architecture("Glm4MoeForCausalLM", dense.extend(routed), (config) => ({
    ...groupedAttention(config),
    mlp: routedMlp(config),
  })),
  deepseek_v2: latentOf("DeepseekV2ForCausalLM"),
  deepseek_v3: latentOf("DeepseekV3ForCausalLM"),
  kimi_k2: latentOf("DeepseekV3ForCausalLM"),
};
