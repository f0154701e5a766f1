/** Arguments of the engines, as command lines have them. */

import { runningCommandOf } from "./command";

/** A command line that starts one of Dynamo's engines. */
export interface EngineArgs {
  readonly engine: "vllm" | "sglang" | "trtllm";
  /** What follows the engine's name, and before it the flags that its env stands for: those of the command line count. */
  readonly args: string;
}

/** Value of a variable; undefined where it is not written. */
export type EnvValue = (variable: string) => string | undefined;

/** Engines that a container starts. */
export const enginesIn = (container: unknown, envValue: EnvValue): EngineArgs[] =>
  enginesOf(runningCommandOf(container, envValue), envValue);

/** Engines that a command line starts, each with its arguments. */
export function enginesOf(command: string, envValue: EnvValue = () => undefined): EngineArgs[] {
  const [, ...parts] = command.split(/\bdynamo\.(vllm|sglang|trtllm)\b/);
  return parts.flatMap((part, i) => {
    if (i % 2 !== 0) return [];
    const engine = part as EngineArgs["engine"];
    return [{ engine, args: `${envArgs(engine, envValue)} ${plainWords(parts[i + 1] ?? "")}` }];
  });
}

/** A script's words without the quotes around whole ones, on one line. */
const plainWords = (script: string) =>
  script.replaceAll(/\\\n/g, " ").replaceAll(/(?<!\S)(["'])(-[^\s"']*|\d+)\1(?![^\s;&|)])/g, "$2");

/** Flags of TensorRT-LLM's workers that they take from their env too, as `DYN_TRTLLM_TENSOR_PARALLEL_SIZE` (`backend_args.py` of 1.2 and newer). */
const flagsOfEnv = [
  ...["--model", "--tensor-parallel-size", "--pipeline-parallel-size", "--max-seq-len"],
  ...["--free-gpu-memory-fraction", "--extra-engine-args", "--override-engine-args"],
];

function envArgs(engine: EngineArgs["engine"], envValue: EnvValue): string {
  if (engine !== "trtllm") return "";
  return flagsOfEnv
    .flatMap((flag) => {
      const value = envValue(`DYN_TRTLLM${flag.slice(1).replaceAll("-", "_").toUpperCase()}`);
      return value ? [`${flag}=${value.replaceAll(/\s+/g, "")}`] : [];
    })
    .join(" ");
}

/** Flags of vLLM, SGLang and TensorRT-LLM for the model: a name on the hub, or a path. */
export const modelFlags = ["--model", "--model-path"];

/** Flags of vLLM, SGLang and TensorRT-LLM for sizes that multiply. The default of each is 1. */
export const parallelSizes = {
  tensor: ["--tensor-parallel-size", "--tp-size", "--tp", "-tp"],
  pipeline: ["--pipeline-parallel-size", "--pp-size", "--pp", "-pp"],
  prefillContext: ["--prefill-context-parallel-size", "-pcp"],
  data: ["--data-parallel-size", "--dp-size", "--dp", "-dp"],
  /** vLLM's data parallel ranks of a pod, where others are started elsewhere. */
  localData: ["--data-parallel-size-local", "-dpl"],
};

/** Flags that are none cut short, though others begin with them. */
const whole = new Set([...modelFlags, ...Object.values(parallelSizes).flat()]);

/**
 * Value of a flag, which is one word or two. Where it is repeated the last counts. Parsers take underscores, and flags that are cut
 * short.
 */
export function argumentOf(args: string, flags: readonly string[]): string | undefined {
  const isMeant = (written: string) => {
    const name = written.replaceAll("_", "-");
    const isCutShort = name.length > 4 && name.startsWith("--") && !whole.has(name);
    return flags.some((flag) => flag === name || (isCutShort && flag.startsWith(name)));
  };
  return [...args.matchAll(/(?<!\S)(--?[A-Za-z][\w-]*)(?=(?:\s+|=)["']?([^\s"';&|]+))/g)]
    .filter(([, flag = ""]) => isMeant(flag))
    .at(-1)?.[2];
}

/** Whether an engine's sizes may be in a file, or in JSON that is not known, and not among its arguments. */
export function readsSizes({ args, ...engine }: EngineArgs): boolean {
  const isElsewhere =
    argumentOf(args, ["--config", "--extra-engine-args"]) !== undefined ||
    argumentOf(args, ["--override-engine-args"])?.startsWith("$") === true;
  return isElsewhere && writtenSize({ args, ...engine }, "tensor") === undefined;
}

/** A whole number, by default 1; NaN where it is none. */
export function sizeOf(engine: EngineArgs, size: keyof typeof parallelSizes): number {
  const value = writtenSize(engine, size) ?? "1";
  return /^\d+$/.test(value) ? Number(value) : Number.NaN;
}

/** A size as it is written. What TensorRT-LLM has in JSON beats its flag; `--trtllm.tensor_parallel_size` is a part of that. */
function writtenSize({ engine, args }: EngineArgs, size: keyof typeof parallelSizes): string | undefined {
  const inJson = new RegExp(`(?:\\b|\\.)${size}_parallel_size\\W{0,4}?["']?\\s*[:=\\s]\\s*["']?(\\d+)`, "g");
  const overridden = engine === "trtllm" ? [...args.matchAll(inJson)].at(-1)?.[1] : undefined;
  return overridden ?? argumentOf(args, parallelSizes[size]);
}
