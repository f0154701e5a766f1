/** Arguments of the engines, as command lines have them. */

/** A command line that starts one of Dynamo's engines. */
export interface EngineArgs {
  readonly engine: "vllm" | "sglang" | "trtllm";
  /** What follows the engine's name. */
  readonly args: string;
}

/** Engines that a command line starts, each with its arguments. */
export function enginesOf(command: string): EngineArgs[] {
  const [, ...parts] = command.split(/\bdynamo\.(vllm|sglang|trtllm)\b/);
  return parts.flatMap((part, i) =>
    i % 2 === 0 ? [{ engine: part as EngineArgs["engine"], args: parts[i + 1] ?? "" }] : [],
  );
}

/** Value of a flag, which is one word or two. Where it is repeated the last counts. vLLM takes underscores, too. */
export function argumentOf(args: string, flags: readonly string[]): string | undefined {
  const names = flags.join("|").replaceAll(/\b-\b/g, "[-_]");
  return [...args.matchAll(new RegExp(`(?<!\\S)(?:${names})(?:\\s+|=)["']?([^\\s"';&|]+)`, "g"))].at(-1)?.[1];
}

/** Flags of vLLM, SGLang and TensorRT-LLM for the model: a name on the hub, or a path. */
export const modelFlags = ["--model", "--model-path"];

/** Flags of vLLM, SGLang and TensorRT-LLM for sizes that multiply. The default of each is 1. */
export const parallelSizes = {
  tensor: ["--tensor-parallel-size", "--tp-size", "--tp", "-tp"],
  pipeline: ["--pipeline-parallel-size", "--pp-size", "--pp", "-pp"],
  prefillContext: ["--prefill-context-parallel-size", "-pcp"],
  data: ["--data-parallel-size", "--dp-size", "--dp", "-dp"],
};

/** Flags that name a file in which sizes may be. */
const files = ["--config", "--extra-engine-args", "--override-engine-args"];

/** Whether an engine's sizes may be in a file, and not among its arguments. */
export function readsSizes(args: string): boolean {
  return argumentOf(args, files) !== undefined && argumentOf(args, parallelSizes.tensor) === undefined;
}

/** A whole number, by default 1; NaN where it is none. */
export function sizeOf(args: string, flags: readonly string[]): number {
  const value = argumentOf(args, flags) ?? "1";
  return /^\d+$/.test(value) ? Number(value) : Number.NaN;
}
