import { servedName } from "../../config/graph";
import { attentionGpus, type Engine, type EngineWorker, parallel } from "./engine";
import { withOneOverride } from "./engineOverrides";

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
    ...overrides(worker),
    ...eventArgs(worker),
  ],
  together: withOneOverride,
  // The pods of a worker of several nodes are started by mpirun, as the images' user or as root.
  env: ({ pool }) =>
    pool.nodes > 1
      ? ["OMPI_ALLOW_RUN_AS_ROOT", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM"].map((name) => ({ name, value: "1" }))
      : [],
};

function roleArgs({ pool: { role } }: EngineWorker): string[] {
  return role === "worker" ? [] : ["--disaggregation-mode", role];
}

/** Without a file of the engine's own: the settings of upstream's prefill.yaml and decode.yaml. */
function overrides({ pool: { role, dataParallel } }: EngineWorker): string[] {
  const settings = {
    ...(role !== "worker" && {
      disable_overlap_scheduler: role === "prefill",
      cache_transceiver_config: { backend: "DEFAULT" },
    }),
    ...(dataParallel > 1 && { enable_attention_dp: true }),
  };
  return Object.keys(settings).length > 0 ? ["--override-engine-args", JSON.stringify(settings)] : [];
}

function eventArgs({ pool: { role }, runtime, kvEvents }: EngineWorker): string[] {
  return kvEvents === "published" && role !== "decode" ? [runtime.trtllmEventsFlag] : [];
}
