/** What a runtime, a mode or a platform can't do. Each refusal says which can. */
import { wholeGpu } from "./accelerators";
import type { GraphConfig } from "./graph";
import { poolsOf } from "./pools";
import type { IsSound, Report } from "./report";
import type { StackConfig } from "./schema";
import { isSince, type RuntimeLine, runtimeLine } from "./versions";

export function checkSupport(
  config: StackConfig,
  graph: GraphConfig,
  isSound: IsSound,
  report: Report,
): void {
  const line = runtimeLine(config.runtime.version);
  if (line === undefined) return; // told already
  checkNodes(config, graph, report);
  checkScalers(graph, line, report);
  if (isSound("router")) checkRouter(config, graph, line, report);
  if (isSound("kvTransfer")) checkKvTransfer(graph, report);
  if (isSound("loras")) checkLoras(graph, line, report);
  if (isSound("planner")) checkPlanner(graph, line, report);
}

function checkNodes({ platform }: StackConfig, graph: GraphConfig, report: Report): void {
  if (platform.orchestrator !== undefined) return;
  for (const { key, nodes } of poolsOf(graph))
    if (nodes > 1)
      report(
        [key, "nodes"],
        `${nodes} need Grove or LeaderWorkerSet on the cluster, which start a worker's pods together: install one, and name it in dynamo:platform.orchestrator`,
      );
}

function checkScalers(graph: GraphConfig, line: RuntimeLine, report: Report): void {
  if (isSince(line, "0.8")) return;
  for (const { key, scaling } of poolsOf(graph))
    if (scaling)
      report(
        [key, "scaling"],
        "needs the scaling adapters of 0.8 and newer: remove it, or raise dynamo:runtime.version",
      );
}

function checkRouter(
  { discovery }: StackConfig,
  { router: { mode, index } }: GraphConfig,
  line: RuntimeLine,
  report: Report,
): void {
  if (index !== undefined && mode !== "kv")
    report(["router", "index"], `is of the kv router, and the mode is ${mode}: remove it, or write mode: kv`);
  else if (index === "exact" && discovery.mode === "kubernetes" && !isSince(line, "1.0"))
    report(
      ["router", "index"],
      `"exact" needs events, which runtime ${line} sends over NATS alone: write approximate, mode nats-etcd, or a runtime of 1.0 and newer`,
    );
}

function checkKvTransfer({ kvTransfer, prefill, decode }: GraphConfig, report: Report): void {
  if ((kvTransfer.rdma || kvTransfer.transports) && !prefill && !decode)
    report(
      ["kvTransfer"],
      "is between prefill and decode workers: write these in place of workers, or remove it",
    );
}

function checkLoras({ loras, backend }: GraphConfig, line: RuntimeLine, report: Report): void {
  if (loras.length === 0) return;
  if (backend !== "vllm")
    report(
      ["loras"],
      `are served by backend vllm, and this one is ${backend}: remove them, or write backend: vllm`,
    );
  else if (!isSince(line, "0.8"))
    report(["loras"], "need a runtime of 0.8 or newer: remove them, or raise dynamo:runtime.version");
  // The downloader of older workers knows s3 alone.
  for (const [i, { source }] of loras.entries())
    if (source.startsWith("hf://") && !isSince(line, "1.4"))
      report(
        ["loras", i, "source"],
        `hf:// needs a runtime of 1.4 or newer, found ${line}: copy it to a bucket and write s3://, or raise dynamo:runtime.version`,
      );
  for (const [i, { name }] of loras.entries())
    if (loras.slice(0, i).some((other) => other.name === name))
      report(["loras", i, "name"], `"${name}" is used twice: give each adapter a name of its own`);
}

function checkPlanner(graph: GraphConfig, line: RuntimeLine, report: Report): void {
  const { planner } = graph;
  if (planner === undefined) return;
  // From 1.0 it reads a worker's GPUs from the graph, as the nvidia.com/gpu of one pod.
  if (isSince(line, "1.0"))
    for (const { key, nodes, gpuResource } of poolsOf(graph)) {
      if (nodes > 1)
        report(
          [key, "nodes"],
          `${nodes} are more than the planner of ${line} counts, which would exceed its maxGpus: write 1, or remove the planner`,
        );
      if (gpuResource !== wholeGpu)
        report(
          [key, "gpuResource"],
          `"${gpuResource}" is not seen by the planner of ${line}: write ${wholeGpu}, or remove the planner`,
        );
    }
  if (planner.profile === undefined && !isSince(line, "1.4"))
    report(
      ["planner", "profile"],
      `is missing: the planner of ${line} plans by a profile of the model; name its ConfigMap, or write a runtime of 1.4 and newer`,
    );
}
