/** What a measurement of engines is made of: a stack of one graph, by the engine that runs it, and what is looked at. */
import type { TrafficReport } from "../../commands/traffic/report";
import { nodePort, type Rehearsed, type Setting, type Values } from "./rehearsed";

export interface Result {
  /** What was looked at, and what came of it, for a line of a table. */
  readonly name: string;
  readonly seconds?: number;
  readonly ok?: boolean;
  readonly gpus?: number;
  readonly report?: TrafficReport;
}

export type Tell = (result: Result) => void;
export type Scenario = (setting: Setting, tell: Tell) => Promise<void>;

export const kubernetes = { mode: "kubernetes" };
export const natsEtcd = { mode: "nats-etcd" };
export const expose = { type: "NodePort", nodePort };

const model = "Qwen/Qwen2.5-7B-Instruct";

/** A stack of one graph, on two GPUs at most. */
export function stackOf({ engine }: Setting, discovery: object, graph: Values): Values {
  const backend = engine === "mocker" ? {} : { backend: engine };
  return {
    runtime: { version: engine === "mocker" ? "1.6.1" : "1.4.2" },
    discovery,
    budget: { gpus: 2 },
    graphs: [{ name: "chat", model, frontend: { expose }, readyTimeout: "6m", ...backend, ...graph }],
  };
}

/**
 * Arguments of a worker with room for prompts of 16,384 tokens.
 * @param cache tokens that its KV cache is cut to
 */
export function workerArgs({ engine }: Setting, cache?: number): string[] {
  const [length, size] =
    engine === "sglang"
      ? ["--context-length=16384", `--max-total-tokens=${cache}`]
      : ["--max-model-len=16384", `--num-gpu-blocks-override=${cache && cache / 16}`];
  return cache === undefined ? [length] : [length, size];
}

/** Load as arguments of `npm run traffic`. */
export interface Load {
  readonly prompt: number;
  readonly output: number;
  readonly concurrency: number;
  /** @default as many as come until it is ended */
  readonly requests?: number;
  /** Tokens that prompts of each of so many groups begin with alike. */
  readonly shared?: { readonly tokens: number; readonly groups: number };
}

export function loadArgs({ prompt, output, concurrency, requests, shared }: Load): string[] {
  return Object.entries({
    "--prompt-tokens": prompt,
    "--output-tokens": output,
    "--concurrency": concurrency,
    "--requests": requests,
    "--shared-prefix": shared?.tokens,
    "--prefixes": shared?.groups,
  }).flatMap(([flag, value]) => (value === undefined ? [] : [flag, `${value}`]));
}

/** What every rehearsal shows first. */
export async function checked(stack: Rehearsed, mode: string, tell: Tell): Promise<void> {
  for (const command of ["verify", "smoke"] as const)
    tell({ name: `${mode}: ${command}`, ok: await stack.command(`${mode}-${command}`, command) });
}

/** A load that all engines and modes can be compared by. */
export async function smallLoad(stack: Rehearsed, mode: string, tell: Tell): Promise<void> {
  const load = loadArgs({ prompt: 512, output: 64, concurrency: 16, requests: 200 });
  tell({ name: `${mode}: traffic`, report: await stack.traffic(`${mode}-traffic`, load) });
}
