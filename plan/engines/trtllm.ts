import { servedName } from "../../config/graph";
import { attentionGpus, type Engine, type EngineWorker, parallel } from "./engine";
import { engineFile } from "./engineConfig";
import { type Json, laidOver, withOneOverride } from "./engineOverrides";

/** `python3 -m dynamo.trtllm`. Sources: the parsers of ai-dynamo 0.7.1 to 1.6.1, examples/backends/trtllm. */
export const trtllm: Engine = {
  image: "tensorrtllm-runtime",
  module: "dynamo.trtllm",
  args: (worker) => [
    ...["--model-path", worker.graph.model],
    ...["--served-model-name", servedName(worker.graph)],
    ...["--tensor-parallel-size", String(attentionGpus(worker))],
    ...parallel("--pipeline-parallel-size", worker.pool.pipelineParallel),
    ...(worker.pool.expertParallel ? ["--expert-parallel-size", String(attentionGpus(worker))] : []),
    ...roleArgs(worker),
    ...settingArgs(worker),
    ...eventArgs(worker),
  ],
  together: withOneOverride,
  file: (worker) =>
    needsFile(worker) ? laidOver(planned(worker), worker.pool.engineConfig ?? {}) : undefined,
  // The pods of a worker of several nodes are started by mpirun, as the images' user or as root.
  env: ({ pool }) =>
    pool.nodes > 1
      ? ["OMPI_ALLOW_RUN_AS_ROOT", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM"].map((name) => ({ name, value: "1" }))
      : [],
};

function roleArgs({ pool: { role } }: EngineWorker): string[] {
  return role === "worker" ? [] : ["--disaggregation-mode", role];
}

const has = ({ pool: { args = [] } }: EngineWorker, flag: string) => args.some((arg) => arg.startsWith(flag));

/** Beside arguments of single settings (`--trtllm.*`) an override ends the worker, from 1.2 on, and a file does not. */
const needsFile = (worker: EngineWorker) =>
  !has(worker, ownFile) && (worker.pool.engineConfig !== undefined || has(worker, "--trtllm."));

const ownFile = "--extra-engine-args";

/** A file that is there beats arguments, and is beaten by an override: what a half needs it says itself. */
function settingArgs(worker: EngineWorker): string[] {
  if (needsFile(worker)) return [ownFile, engineFile];
  const settings = has(worker, ownFile) ? inAnyFile(worker) : planned(worker);
  return Object.keys(settings).length > 0 ? ["--override-engine-args", JSON.stringify(settings)] : [];
}

/** Without a file of the engine's own: the settings of upstream's prefill.yaml and decode.yaml. */
function planned(worker: EngineWorker): Json {
  const { role } = worker.pool;
  return {
    ...(role !== "worker" && {
      disable_overlap_scheduler: role === "prefill",
      cache_transceiver_config: { backend: "DEFAULT" },
    }),
    ...inAnyFile(worker),
  };
}

/** What a file of the config's own can't leave to the engine: releases have no argument for it. */
const inAnyFile = ({ graph: { modelRevision }, pool: { dataParallel } }: EngineWorker): Json => ({
  ...(modelRevision !== undefined && { revision: modelRevision }),
  ...(dataParallel > 1 && { enable_attention_dp: true }),
});

function eventArgs({ pool: { role }, runtime, kvEvents }: EngineWorker): string[] {
  return kvEvents === "published" && role !== "decode" ? [runtime.trtllmEventsFlag] : [];
}
