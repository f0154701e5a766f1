/** The size of a model by the config.json that Hugging Face keeps beside its weights. */
import { z } from "zod";
import { own } from "../../config/own";
import { printable, some } from "../../config/printable";
import { architectures, type CommonConfig } from "./architectures";
import { precisionOf, withQuantization } from "./configPrecision";
import type { ModelSize } from "./model";

/** What a config.json tells of a model. */
export interface ConfigSize extends Omit<ModelSize, "by" | "precision"> {
  /** As transformers name it: `qwen3_moe`. */
  readonly type: string;
  readonly layers: number;
  readonly precision: ModelSize["precision"] | undefined;
  readonly heads: number;
  readonly kvHeads: number;
  readonly kvBytesPerToken: number;
  /** What is not counted, or not known. */
  readonly notes: readonly string[];
}

const kind = z.object({ model_type: z.string(), architectures: z.array(z.string()).nullish() });

/** Parameters that anything is believed to have, in 10⁹: as the config takes them. */
const most = 100_000;

/**
 * @param quantized hf_quant_config.json beside it. Default: there is none
 * @throws Error in one line, where it is of no known architecture, or no config.json
 */
export function readConfigJson(written: unknown, quantized?: unknown): ConfigSize {
  const json = withQuantization(written, quantized);
  const { data } = kind.safeParse(json);
  if (data === undefined) throw new Error("it is no config.json: model_type is missing");
  const { model_type: type } = data;
  const known = own(architectures, type);
  if (known === undefined)
    throw new Error(
      `model_type ${printable(type, 60)} is not known: ${Object.keys(architectures).join(", ")} are; write modelSize by hand`,
    );
  const other = data.architectures?.find((name) => name !== known.name);
  if (other !== undefined)
    throw new Error(
      `${printable(other, 60)} is not known: of ${type} it is ${known.name}; write modelSize by hand`,
    );
  const { config, counted } = inWords(() => known.read(json));
  const layers = config.num_hidden_layers;
  const places = [...Array(layers).keys()].map(counted.mlp);
  const sum = (values: readonly number[]) => values.reduce((all, one) => all + one, 0);
  const experts = sum(places.map((one) => one.experts));
  const embeddings = config.vocab_size * config.hidden_size * (config.tie_word_embeddings ? 1 : 2);
  const parameters =
    embeddings +
    config.hidden_size +
    layers * counted.attention +
    sum(places.map(({ rest }) => rest)) +
    experts;
  if (parameters > most * 1e9)
    throw new Error(`it would have ${(parameters / 1e9).toPrecision(3)}·10⁹ parameters: no model has`);
  const { precision, note } = precisionOf(json);
  // OpenAI's and NVIDIA's checkpoints in MXFP4 leave all but the experts in 16 bits.
  const kept = precision === "mxfp4" ? parameters - experts : embeddings;
  return {
    type,
    layers,
    parameters: billions(parameters),
    ...(experts > 0 && { experts: billions(experts) }),
    unquantized: billions(kept),
    precision,
    heads: config.num_attention_heads,
    kvHeads: counted.kvHeads,
    kvBytesPerToken: cachedLayers(config) * counted.kvBytes,
    context: contextOf(config),
    notes: [...(note === undefined ? [] : [note]), ...notesOn(config, json, precision)],
  };
}

/** In 10⁹, with the digits that matter. */
const billions = (count: number) => Number((count / 1e9).toPrecision(5));

/** Layers whose cache grows with the text: not those that look at a window. Without a list of them all are counted. */
function cachedLayers({ layer_types, num_hidden_layers }: CommonConfig): number {
  if (!layer_types) return num_hidden_layers;
  if (layer_types.length !== num_hidden_layers)
    throw new Error(
      `it has ${num_hidden_layers} layers (num_hidden_layers), and types of ${layer_types.length}`,
    );
  const cached = layer_types.filter((type) => type === "full_attention").length;
  if (cached === 0)
    throw new Error("all its layers look at a window alone: its cache does not grow with the text");
  return cached;
}

/** As vLLM takes it: YaRN multiplies what the model was trained with. */
function contextOf({ max_position_embeddings, rope_scaling }: CommonConfig): number | undefined {
  const { type, rope_type = type, factor, original_max_position_embeddings: trained } = rope_scaling ?? {};
  return rope_type === "yarn" && factor && trained
    ? Math.floor(trained * factor)
    : (max_position_embeddings ?? undefined);
}

const more = z.object({
  num_nextn_predict_layers: z.number().nullish(),
  quantization_config: z
    .object({ ignore: z.array(z.string()).nullish(), modules_to_not_convert: z.array(z.string()).nullish() })
    .nullish(),
});

function notesOn(
  { layer_types, sliding_window, use_sliding_window }: CommonConfig,
  json: unknown,
  precision: ConfigSize["precision"],
): string[] {
  const { num_nextn_predict_layers: predicted, quantization_config: quantized } =
    more.safeParse(json).data ?? {};
  const left = [quantized?.ignore, quantized?.modules_to_not_convert].flatMap((names) => names ?? []);
  const uncounted = (precision === "mxfp4" ? [] : left).filter(
    (name) => !/lm_head|embed|gate|router|norm/.test(name),
  );
  return [
    ...(sliding_window && use_sliding_window !== false && !layer_types
      ? ["layers that look at a window alone are counted as if their cache grew with the text"]
      : []),
    ...(predicted
      ? ["layers that predict further tokens are not counted: engines load them for that alone"]
      : []),
    ...(uncounted.length > 0
      ? [
          `what its quantization leaves in 16 bits beside the embeddings is counted as quantized: ${some(uncounted)}`,
        ]
      : []),
  ];
}

/** Does what zod may refuse, and says so in one line. */
function inWords<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    throw new Error(some(error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`)));
  }
}
