/** How weights are stored, by the `quantization_config` and the type of a config.json. Sources: transformers 4.57, vLLM 0.11. */
import { z } from "zod";
import type { Precision } from "../../config/modelSize";

const weights = z.object({ num_bits: z.number(), type: z.string() });

const quantization = z.object({
  quant_method: z.string().optional(),
  bits: z.number().nullish(),
  load_in_4bit: z.boolean().nullish(),
  load_in_8bit: z.boolean().nullish(),
  quant_algo: z.string().nullish(),
  config_groups: z.record(z.string(), z.object({ weights: weights.nullish() })).nullish(),
});

const stored = z.object({
  dtype: z.string().nullish(),
  torch_dtype: z.string().nullish(),
  quantization_config: z.unknown().optional(),
});

/** @returns undefined where it is not known; `note` says so */
export function precisionOf(json: unknown): { precision?: Precision; note?: string } {
  const { data } = stored.safeParse(json);
  if (data === undefined) return { note: "how its weights are stored is not known" };
  const { dtype, torch_dtype, quantization_config: asked } = data;
  if (asked !== undefined && asked !== null) {
    const precision = quantizedAs(quantization.safeParse(asked).data);
    return precision === undefined
      ? { note: "its quantization_config is of no known kind: write the precision yourself" }
      : { precision };
  }
  const type = dtype ?? torch_dtype;
  if (type === "bfloat16" || type === "float16") return { precision: "bf16" };
  if (type === "float32") return { precision: "fp32" };
  return { note: "its config tells no known type of weights: write the precision yourself" };
}

const beside = z.object({
  quantization: z.object({ quant_algo: z.string(), exclude_modules: z.array(z.string()).nullish() }),
});

/**
 * A config.json with what NVIDIA's ModelOpt writes beside it, hf_quant_config.json, where it says nothing of that itself: its
 * type of weights would be taken for theirs.
 */
export function withQuantization(json: unknown, file: unknown): unknown {
  const { data: own } = stored.safeParse(json);
  if (file === undefined || own === undefined || (own.quantization_config ?? null) !== null) return json;
  const { quant_algo, exclude_modules } = beside.safeParse(file).data?.quantization ?? {};
  const quantization_config = { quant_method: "modelopt", quant_algo, ignore: exclude_modules };
  return { ...(json as object), quantization_config };
}

function quantizedAs(config: z.output<typeof quantization> | undefined): Precision | undefined {
  switch (config?.quant_method ?? "modelopt") {
    case "fp8":
    case "fbgemm_fp8":
      return "fp8";
    case "mxfp4":
      return "mxfp4";
    case "awq":
    case "gptq":
      return integers(config?.bits ?? undefined);
    case "bitsandbytes":
      if (config?.load_in_4bit) return "int4";
      return config?.load_in_8bit ? "int8" : undefined;
    case "modelopt":
      return algorithms.get(config?.quant_algo ?? "");
    case "compressed-tensors":
      return compressed(Object.values(config?.config_groups ?? {}).map((group) => group.weights));
    default:
      return undefined;
  }
}

const integers = (bits: number | undefined): Precision | undefined =>
  bits === 4 ? "int4" : bits === 8 ? "int8" : undefined;

const algorithms = new Map<string, Precision>([
  ["FP8", "fp8"],
  ["NVFP4", "nvfp4"],
]);

/** Of groups that differ nothing is known. */
function compressed(groups: readonly (z.output<typeof weights> | null | undefined)[]): Precision | undefined {
  const kinds = groups.map((group) => {
    if (group?.type === "int") return integers(group.num_bits);
    if (group?.type !== "float") return undefined;
    return group.num_bits === 8 ? "fp8" : group.num_bits === 4 ? "nvfp4" : undefined;
  });
  return new Set(kinds).size === 1 ? kinds[0] : undefined;
}
