/** What is wrong with the memory of an engine, each with what would be right. */
import { dividesHeads, type Fit, type Serving, smallestShape } from "./fit";
import type { ModelSize } from "./model";

/** An engine, for messages. */
export interface EngineInPod {
  /** The object, and the component of it. */
  readonly object: string;
  readonly component: string;
  readonly model: string;
  /** GPUs of a replica among which the model is divided. */
  readonly gpus: number;
}

/**
 * Why an engine refuses to start: its GPUs can't share the attention heads, whole ones, as many each.
 * @param sharers GPUs among which they are divided
 */
export function unevenHeads(
  size: ModelSize,
  sharers: number,
  { object, component, model }: EngineInPod,
): string | undefined {
  const { heads = 0 } = size;
  if (!(Number.isInteger(sharers) && sharers > 0) || dividesHeads(size, sharers)) return undefined;
  const near = [nextDivisor(size, sharers, -1), nextDivisor(size, sharers, 1)];
  return `${object}: ${component} divides the ${heads} attention heads of ${model} among ${sharers} GPUs, which does not come out even: take ${near.filter((count) => count !== undefined).join(" or ")} (gpus, or its tensor parallel size)`;
}

/** The nearest number of GPUs that a model's heads can be divided among, fewer or more; undefined where no more can. */
function nextDivisor(size: ModelSize, sharers: number, step: 1 | -1): number | undefined {
  const { heads = 0 } = size;
  if (step > 0 && sharers > heads) return undefined;
  let count = step > 0 ? sharers + 1 : Math.min(heads, sharers - 1);
  while (!dividesHeads(size, count)) count += step;
  return count;
}

/** Arguments that vLLM does not start with, whatever the GPUs. */
export function refusedByVllm(
  { context }: ModelSize,
  maxTokens: number | undefined,
  { object, component, model }: EngineInPod,
): string[] {
  // Of a name that tells another length the family's is not known.
  const isOther = /[-_]\d+[km]\b|long|yarn/i.test(model);
  return context === undefined || maxTokens === undefined || maxTokens <= context || isOther
    ? []
    : [
        `${object}: ${component} asks for texts of ${maxTokens} tokens, and ${model} takes ${context}: pass --max-model-len ${context}, or stretch its positions by --hf-overrides`,
      ];
}

/** @param larger what would hold it */
export function fitMistakes(
  fit: Fit,
  memory: number,
  { object, component, model, gpus }: EngineInPod,
  larger: string,
): string[] {
  if (fit.state === "fits") return [];
  const where = `${object}: ${component} needs`;
  if (fit.state === "weights")
    return [
      `${where} ${fit.weights.toFixed(1)} GiB ${gpus === 1 ? "of its GPU" : `of each of its ${gpus} GPUs`} for the weights of ${model}, and of ${memory.toFixed(1)} GiB ${(fit.weights + fit.free).toFixed(1)} can be used: ${larger}`,
    ];
  const room = `its ${gpus === 1 ? "GPU has" : `${gpus} GPUs have`} room for ${fit.tokens}`;
  return [
    `${where} a KV cache for ${fit.wanted} tokens, the longest text of ${model}, and ${room}: pass ${maxLength(fit)}, or ${larger}`,
  ];
}

/** The smallest shape on the same kind of GPU that would hold it, or what else would. */
export function largerShape(serving: Serving, gpus: number): string {
  const shape = smallestShape(serving);
  if (shape === undefined || (shape.tensor <= gpus && shape.fit.state === "context"))
    return "take GPUs with more memory, several nodes (nodes and pipelineParallel), or fewer bits";
  const { tensor, fit } = shape;
  const holds = tensor === 1 ? "1 GPU of this kind holds it" : `${tensor} GPUs of this kind hold it`;
  return fit.state === "fits" ? holds : `${holds} with ${maxLength(fit)}`;
}

/** A tenth less than there is room for: an estimate is none to the last token. */
function maxLength({ tokens = 0 }: Fit): string {
  return `--max-model-len ${Math.max(1_024, Math.floor((tokens * 0.9) / 1_024) * 1_024)}`;
}
