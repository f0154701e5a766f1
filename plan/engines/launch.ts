import type { Backend } from "../../config/graph";
import type { Runtime } from "../../config/runtime/runtime";

/** A worker's engine and where it runs. */
export interface EngineLaunch {
  readonly backend: Backend;
  /** Python module that runs it. */
  readonly module: string;
  readonly args: readonly string[];
  /** Pods that form one worker. */
  readonly nodes: number;
  /** GPUs of a pod. */
  readonly gpus: number;
  /** Lines of bash that run before it. */
  readonly setup?: string | undefined;
  /** GPUs that hold the model once: tensor x pipeline parallel. */
  readonly modelGpus: number;
}

/** Command and arguments of a container. */
export interface Launch {
  readonly command: readonly string[];
  readonly args: readonly string[];
}

/**
 * A worker's command in the form that the operator passes on whole. On one node it runs as it is. Over several nodes the
 * operator edits it, by engine and release (`backend_{vllm,sglang,trtllm}.go` of ai-dynamo 0.7 to 1.6):
 *
 * - it puts flags behind the first `python3 … <engine>` of an argument. Such a script must have nothing behind the module that
 *   the engine's name may stand in again, and leaves the rest to `"$@"`;
 * - to 0.9 it joins the words of a vLLM worker that spans nodes by blanks, behind `ray start … &&`, as they are: each must be a
 *   shell's word already;
 * - it joins the arguments of TensorRT-LLM by blanks into `bash -c '…'`, which a single quote would end.
 */
export function launch(engine: EngineLaunch, { vllmAcrossNodes }: Runtime): Launch {
  const { backend, module, args, nodes, gpus, setup, modelGpus } = engine;
  const start = `python3 -m ${module}`;
  if (setup !== undefined) return prepared(setup, start, engine);
  if (nodes === 1) return shell([start, ...args.map(singleQuote)].join(" "));
  if (backend === "trtllm") return shell([start, ...args.map(doubleQuote)].join(" "));
  if (backend === "vllm" && vllmAcrossNodes === "ray" && modelGpus > gpus)
    return { command: ["python3"], args: ["-m", module, ...args.map(singleQuote)] };
  return shell(`exec ${start} "$@"`, "worker", ...args);
}

/** The engine takes the place of the shell that has run its setup, so that signals reach it. */
function prepared(setup: string, start: string, { nodes, args }: EngineLaunch): Launch {
  const before = setup.trim();
  const script = `${before}${/(&&|\|\|)$/.test(before) ? " " : "\n"}exec ${start}`;
  const command = ["/bin/bash", "-c"];
  return nodes === 1
    ? { command, args: [[script, ...args.map(singleQuote)].join(" ")] }
    : { command, args: [`${script} "$@"`, "worker", ...args] };
}

const shell = (...args: string[]): Launch => ({ command: ["/bin/sh", "-c"], args });

const isPlain = (arg: string) => /^[\w./:=-]+$/.test(arg);

function singleQuote(arg: string): string {
  return isPlain(arg) ? arg : `'${arg.replaceAll("'", `'\\''`)}'`;
}

function doubleQuote(arg: string): string {
  return isPlain(arg) ? arg : `"${arg.replaceAll(/[\\"$`]/g, "\\$&")}"`;
}
