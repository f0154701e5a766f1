/** What a new stack is made of: the answers to five questions, and what options say beside. */
import { InvalidArgumentError } from "commander";
import { stackConfig } from "../../config/schema";
import { wholeNumber } from "../cli/optionValues";

export interface Answers {
  /** As Hugging Face names it. */
  readonly model: string;
  readonly mode: (typeof modes)[number];
  /** Image tag of the Dynamo runtime. */
  readonly runtime: string;
  /** Of each kind, where they are disaggregated. */
  readonly workers: number;
  /** GPUs of a worker. */
  readonly gpus: number;
  /** Whether prompts and answers have workers of their own. @default false */
  readonly disaggregated?: boolean;
  /** The graph's namespace. @default the program's */
  readonly namespace?: string;
  /** GPUs that the stack may take. @default what it takes while a new graph replaces the old, or the policies' default where that is less */
  readonly budget?: number;
}

export const modes = ["kubernetes", "nats-etcd"] as const;

const { runtime, namespace } = stackConfig.parse({});

/** Of the program, where an option names no other. */
export const defaultNamespace = namespace.name;

/** For what neither an option nor an answer says. */
export const defaults = {
  mode: modes[0],
  runtime: runtime.version,
  workers: 1,
  gpus: 1,
} as const;

/** In place of answers that are not given yet, while others are judged: a mode that takes every release. */
export const standIns: Answers = { ...defaults, model: "Qwen/Qwen3-8B", mode: modes[1] };

/** Answers that are numbers, of their texts: as many as a config takes. */
export const [workersOf, gpusOf] = [wholeNumber(1, 1_000), wholeNumber(1, 1_024)];

/** A mode, of its text. @throws InvalidArgumentError */
export function modeOf(text: string): Answers["mode"] {
  const found = modes.find((mode) => mode === text);
  if (found === undefined) throw new InvalidArgumentError(`write ${modes.join(" or ")}.`);
  return found;
}
