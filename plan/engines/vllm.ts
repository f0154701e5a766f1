import { isSince, type RuntimeLine } from "../../config/versions";
import { type Engine, type EngineWorker, kvEventsConfig, parallel } from "./engine";

/** `python3 -m dynamo.vllm`. Sources: the parsers of ai-dynamo 0.7.1 to 1.6.1, examples/backends/vllm/deploy. */
export const vllm: Engine = {
  image: "vllm-runtime",
  module: "dynamo.vllm",
  args: (worker) => [
    ...["--model", worker.graph.model],
    ...["--tensor-parallel-size", String(worker.tensorParallel)],
    ...parallel("--pipeline-parallel-size", worker.pool.pipelineParallel),
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

/** The flags of roles went with 1.4. From 1.0 nothing hands over the KV cache unless it is told how. */
function roleArgs({ pool: { role }, line }: EngineWorker): string[] {
  if (role === "worker") return [];
  if (!isSince(line, "1.0")) return [`--is-${role}-worker`];
  const transfer = JSON.stringify({ kv_connector: "NixlConnector", kv_role: "kv_both" });
  return ["--disaggregation-mode", role, "--kv-transfer-config", transfer];
}

/** Before 1.0 vLLM publishes unless it is told not to; decode workers never do. */
function kvEventArgs({ pool: { role }, line, kvEvents }: EngineWorker): string[] {
  if (kvEvents === "impossible")
    return ["--kv-events-config", JSON.stringify({ enable_kv_cache_events: false })];
  const mustBeTold: RuntimeLine = "1.0";
  if (kvEvents === "unused" || role === "decode" || !isSince(line, mustBeTold)) return [];
  return ["--kv-events-config", kvEventsConfig(20080, { enable_kv_cache_events: true })];
}
