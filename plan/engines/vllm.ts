import { type Engine, type EngineWorker, kvEventsConfig, parallel, revisionArgs } from "./engine";

/** `python3 -m dynamo.vllm`. Sources: the parsers of ai-dynamo 0.7.1 to 1.6.1, examples/backends/vllm/deploy. */
export const vllm: Engine = {
  image: "vllm-runtime",
  module: "dynamo.vllm",
  publishesByDefault: ({ vllmKvEvents }) => vllmKvEvents !== "requested",
  args: (worker) => [
    ...["--model", worker.graph.model],
    ...revisionArgs(worker.graph),
    ...(worker.graph.servedModelName === undefined
      ? []
      : ["--served-model-name", worker.graph.servedModelName]),
    ...["--tensor-parallel-size", String(worker.tensorParallel)],
    ...parallel("--pipeline-parallel-size", worker.pool.pipelineParallel),
    ...parallel("--data-parallel-size", worker.pool.dataParallel),
    ...(worker.pool.expertParallel ? ["--enable-expert-parallel"] : []),
    ...roleArgs(worker),
    ...kvEventArgs(worker),
    ...(worker.graph.loras.length > 0 ? ["--enable-lora"] : []),
  ],
  env: ({ graph }) =>
    graph.loras.length > 0
      ? [
          { name: "DYN_LORA_ENABLED", value: "true" },
          { name: "DYN_LORA_PATH", value: "/tmp/dynamo_loras" },
        ]
      : [],
};

/** With a mode alone nothing hands over the KV cache: its transfer is an argument of its own. */
function roleArgs({ pool: { role }, runtime }: EngineWorker): string[] {
  if (role === "worker") return [];
  if (runtime.vllmRoleFlags === "is-role") return [`--is-${role}-worker`];
  const transfer = JSON.stringify({ kv_connector: "NixlConnector", kv_role: "kv_both" });
  return ["--disaggregation-mode", role, "--kv-transfer-config", transfer];
}

/** Decode workers never publish. */
function kvEventArgs({ pool: { role }, runtime, kvEvents }: EngineWorker): string[] {
  if (kvEvents === "impossible")
    return ["--kv-events-config", JSON.stringify({ enable_kv_cache_events: false })];
  if (kvEvents === "unused" || role === "decode" || runtime.vllmKvEvents === "default") return [];
  return ["--kv-events-config", kvEventsConfig(20080, { enable_kv_cache_events: true })];
}
