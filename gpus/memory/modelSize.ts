/** Sizes of models, by their names or as somebody told them. */
import { type ModelSizeConfig, type Precision, precisions } from "../../config/modelSize";
import type { ModelSize } from "./model";
import { families } from "./modelFamilies";

/** Words of names for how weights are stored, the first that is found. */
const words: readonly (readonly [RegExp, Precision])[] = [
  [/\bnvfp4\b|\bfp4\b/, "nvfp4"],
  [/\bmxfp4\b/, "mxfp4"],
  [/\bfp8\b|\bfp8[-_]dynamic\b/, "fp8"],
  [/\bawq\b|\bgptq\b|\bint4\b|\bw4a16\b|\b4bit\b|\bbnb\b/, "int4"],
  [/\bint8\b|\bw8a8\b|\bw8a16\b|\b8bit\b/, "int8"],
  [/\bbf16\b|\bfp16\b/, "bf16"],
];

/**
 * The size of a model that its name tells; undefined where it tells none.
 * @param model name on the hub, or a path whose last part is one.
 */
export function sizeByName(model: string): ModelSize | undefined {
  const name = (model.replace(/\/+$/, "").split("/").at(-1) ?? "").toLowerCase();
  if (/\bgguf\b|lora|adapter/.test(name)) return undefined; // its weights are of many sizes, or not a model's
  const stored = words.find(([word]) => word.test(name.replaceAll("_", "-")))?.[1];
  const family = patterns.find(({ pattern }) => pattern.test(name))?.family;
  if (family !== undefined) {
    const { key: _, precision, ...size } = family;
    return { ...size, by: "its family", precision: stored ?? precision };
  }
  const [, number, unit] = /(?:^|[-_])(\d+(?:\.\d+)?)([bm])(?=[-_]|$)/.exec(name) ?? [];
  // Of 8x7B and of 17B-16E the number is a part's, of which experts have several.
  if (number === undefined || /\d+x\d|[-_]\d+e(?=[-_]|$)/.test(name)) return undefined;
  const parameters = Number(number) / (unit === "m" ? 1_000 : 1);
  return { by: "its name", parameters, precision: stored ?? "bf16" };
}

/** Families by the part of a name that tells them: every graph of a plan asks. */
const patterns = families.map((family) => ({
  family,
  pattern: new RegExp(`${family.key.replaceAll(".", "\\.")}(?![\\w.])`),
}));

/** The size of a model, by what is told of it and else by its name; undefined where neither tells. */
export function sizeOfModel(model: string, told: ModelSizeConfig | undefined): ModelSize | undefined {
  const named = sizeByName(model);
  if (told === undefined) return named;
  return {
    ...named,
    ...told,
    by: "dynamo:graphs[].modelSize",
    precision: told.precision ?? named?.precision ?? "bf16",
    // Heads that are not known may be one, which no GPU shares with another.
    kvHeads: told.kvHeads ?? named?.kvHeads ?? 1,
  };
}

/** GB of the files of a model's weights, which is what is downloaded of it. */
export function weightGigabytes({ parameters, unquantized = 0, precision }: ModelSize): number {
  return quantized(parameters, unquantized, precision);
}

/** GB of so many 10⁹ parameters, of which some are not quantized. */
export function quantized(parameters: number, unquantized: number, precision: Precision): number {
  const bytes = precisions[precision];
  const kept = bytes < 2 ? Math.min(unquantized, parameters) : 0;
  return (parameters - kept) * bytes + kept * 2;
}
