import type { GraphConfig } from "../../config/graph";
import type { Pool } from "../../config/pools";
import type { Runtime } from "../../config/runtime/runtime";
import type { EnvVar } from "../envVar";
import type { Json } from "./engineOverrides";

/** The arguments and env of an engine's workers, by release of the runtime. */
export interface Engine {
  /** Image in the runtime's registry. */
  readonly image: string;
  /** Python module that runs it. */
  readonly module: string;
  /** Whether a worker publishes KV events though no router asks for them. @default false */
  publishesByDefault?(runtime: Runtime): boolean;
  /** Arguments of the module. */
  args(worker: EngineWorker): readonly string[];
  /** Content of the engine's own file; undefined where it has none. @default it has none: the settings are arguments */
  file?(worker: EngineWorker): Json | undefined;
  /** All arguments, with those that the config adds, as its parser wants them. @default as they are */
  together?(args: readonly string[]): readonly string[];
  /** Env of its container. */
  env?(worker: EngineWorker): readonly EnvVar[];
}

/** A worker as an engine needs to know it. */
export interface EngineWorker {
  readonly graph: GraphConfig;
  readonly pool: Pool;
  readonly tensorParallel: number;
  readonly runtime: Runtime;
  /**
   * Events of its KV cache: `published` where a router listens, `impossible` where nothing carries them, and then they must be
   * off.
   */
  readonly kvEvents: "published" | "unused" | "impossible";
}

/** An engine's setting for KV events, as JSON. It publishes them in its own pod alone; from there Dynamo's event plane carries them on. */
export function kvEventsConfig(port: number, rest: object = {}): string {
  return JSON.stringify({ publisher: "zmq", topic: "kv-events", endpoint: `tcp://*:${port}`, ...rest });
}

/** GPUs that SGLang and TensorRT-LLM call tensor parallel: data parallel ranks share them in attention alone. */
export function attentionGpus({ tensorParallel, pool: { dataParallel } }: EngineWorker): number {
  return tensorParallel * dataParallel;
}

/** The flag of the model's revision, which vLLM and SGLang take for its tokenizer too. */
export function revisionArgs({ modelRevision }: GraphConfig): string[] {
  return modelRevision === undefined ? [] : ["--revision", modelRevision];
}

/** A flag with a number that only counts above one. */
export function parallel(flag: string, size: number): string[] {
  return size > 1 ? [flag, String(size)] : [];
}
