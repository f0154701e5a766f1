import { servedName } from "../../config/graph";
import {
  attentionGpus,
  type Engine,
  type EngineWorker,
  kvEventsConfig,
  parallel,
  revisionArgs,
} from "./engine";

/** `python3 -m dynamo.sglang`. Its flags are the same from 0.7.1 to 1.6.1: examples/backends/sglang/deploy. */
export const sglang: Engine = {
  image: "sglang-runtime",
  module: "dynamo.sglang",
  args: (worker) => [
    ...["--model-path", worker.graph.model],
    ...revisionArgs(worker.graph),
    ...["--served-model-name", servedName(worker.graph)],
    ...["--tp-size", String(attentionGpus(worker))],
    ...parallel("--pp-size", worker.pool.pipelineParallel),
    ...(worker.pool.dataParallel > 1
      ? ["--dp-size", String(worker.pool.dataParallel), "--enable-dp-attention"]
      : []),
    ...(worker.pool.expertParallel ? ["--ep-size", String(attentionGpus(worker))] : []),
    // Routers count KV blocks of this size; hybrid models such as Mamba's bear no other than SGLang's own.
    ...(worker.kvEvents === "published" && !sets(worker, /^page[-_]size$/) ? ["--page-size", "16"] : []),
    "--skip-tokenizer-init",
    // Else its series are missing, and its KV cache counts as empty.
    ...(sets(worker, /^enable[-_]metrics$/) ? [] : ["--enable-metrics"]),
    ...roleArgs(worker),
    ...(worker.kvEvents === "published" && worker.pool.role !== "decode"
      ? ["--kv-events-config", kvEventsConfig(5557)]
      : []),
  ],
  // The followers of a worker of several nodes meet over the pods' network.
  env: ({ pool }) => (pool.nodes > 1 ? [{ name: "GLOO_SOCKET_IFNAME", value: "eth0" }] : []),
};

/** Whether the config has a setting of the engine, by whatever value. */
function sets({ pool: { args = [], engineConfig = {} } }: EngineWorker, setting: RegExp): boolean {
  const flags = args.flatMap((arg) => /^--([^=\s]+)/.exec(arg)?.[1] ?? []);
  return [...Object.keys(engineConfig), ...flags].some((name) => setting.test(name));
}

/** By default SGLang hands over the KV cache by another library than Dynamo's. */
function roleArgs({ pool: { role } }: EngineWorker): string[] {
  if (role === "worker") return [];
  return [
    ...["--disaggregation-mode", role],
    ...["--disaggregation-transfer-backend", "nixl"],
    ...["--disaggregation-bootstrap-port", "12345"],
    ...["--host", "0.0.0.0"],
  ];
}
