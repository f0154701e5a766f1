/** Shapes of models whose weights are made up: time and memory of an engine go by them. */
import { readFileSync } from "node:fs";
import { z } from "zod";

/** What a model's config.json says of its shape. */
export type ModelConfig = Readonly<Record<string, unknown>>;

interface Shape {
  readonly hidden: number;
  readonly layers: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly intermediate: number;
}

/** Those of Qwen2.5 (config.json of Qwen/Qwen2.5-…-Instruct on huggingface.co). */
const shapes = {
  "0.5b": { hidden: 896, layers: 24, heads: 14, kvHeads: 2, intermediate: 4864 },
  "7b": { hidden: 3584, layers: 28, heads: 28, kvHeads: 4, intermediate: 18944 },
  "14b": { hidden: 5120, layers: 48, heads: 40, kvHeads: 8, intermediate: 13824 },
  "32b": { hidden: 5120, layers: 64, heads: 40, kvHeads: 8, intermediate: 27648 },
  "72b": { hidden: 8192, layers: 80, heads: 64, kvHeads: 8, intermediate: 29568 },
} satisfies Record<string, Shape>;

export const modelSizes = Object.keys(shapes);

const anyConfig = z.looseObject({ architectures: z.array(z.string()), model_type: z.string() });

/**
 * The config of a model of a known size, or that of a file.
 * @param size one of {@link modelSizes}, or the path of a model's config.json
 * @throws Error in one line where it is neither
 */
export function modelConfig(size: string): ModelConfig {
  const shape: Shape | undefined = Object.entries(shapes).find(([name]) => name === size)?.[1];
  if (shape) return qwen(shape);
  try {
    return anyConfig.parse(JSON.parse(readFileSync(size, "utf8")));
  } catch (error) {
    const why =
      error instanceof z.ZodError ? "it names no architectures and model_type" : (error as Error).message;
    throw new Error(
      `--model-size takes ${modelSizes.join(", ")} or a model's config.json, and ${size} is none: ${why}`,
    );
  }
}

function qwen({ hidden, layers, heads, kvHeads, intermediate }: Shape): ModelConfig {
  return {
    architectures: ["Qwen2ForCausalLM"],
    model_type: "qwen2",
    hidden_act: "silu",
    hidden_size: hidden,
    num_hidden_layers: layers,
    num_attention_heads: heads,
    num_key_value_heads: kvHeads,
    intermediate_size: intermediate,
    max_position_embeddings: 32768,
    rms_norm_eps: 1e-6,
    rope_theta: 1_000_000,
    tie_word_embeddings: false,
    torch_dtype: "bfloat16",
  };
}
