import { checkEndpointPicker } from "./endpointPickerRules";
import { checkEngineConfig } from "./engineConfigRules";
import { checkEnv } from "./envRules";
import type { GraphConfig } from "./graph";
import { own } from "./own";
import { checkPlanner } from "./plannerRules";
import { checkPods } from "./podRules";
import { poolsOf } from "./pools";
import type { IsSound, ReportMistake } from "./report";
import { reservedIn } from "./reservedArgs";
import { firstReleaseThat } from "./runtime/releases";
import type { Runtime } from "./runtime/runtime";
import { checkSetup } from "./setupRules";

/** Checks that the runtime, mode and platform can do what a graph asks for. Each refusal says which can. */
export function checkSupport(
  runtime: Runtime,
  graph: GraphConfig,
  isSound: IsSound,
  report: ReportMistake,
): void {
  checkNodes(runtime, graph, report);
  checkScalers(runtime, graph, report);
  checkSnapshots(runtime, graph, report);
  if (isSound("endpointPicker")) checkEndpointPicker(runtime, graph, isSound, report);
  if (["workers", "prefill", "decode"].every((key) => isSound(key)))
    checkArgs(runtime, graph, isSound, report);
  if (isSound("router")) checkRouter(runtime, graph, report);
  if (isSound("kvTransfer")) checkKvTransfer(graph, report);
  if (isSound("loras")) checkLoras(runtime, graph, report);
  checkEnv(runtime, graph, isSound, report);
  checkPods(runtime, graph, isSound, report);
  if (isSound("planner")) checkPlanner(runtime, graph, report);
}

function checkNodes({ orchestrator }: Runtime, graph: GraphConfig, report: ReportMistake): void {
  for (const { key, nodes, dataParallel } of poolsOf(graph))
    if (nodes > 1 && orchestrator === undefined)
      report(
        [key, "nodes"],
        `${nodes} need Grove or LeaderWorkerSet on the cluster, which start a worker's pods together: install one, and name it in dynamo:platform.orchestrator`,
      );
    // The operator writes $(( n * $(LWS_WORKER_INDEX) )), which neither the kubelet nor a shell expands.
    else if (nodes > 1 && dataParallel > 1 && graph.backend === "vllm" && orchestrator === "leaderworkerset")
      report(
        [key, "dataParallel"],
        "over several nodes needs Grove, as the operator can't number vLLM's ranks on LeaderWorkerSet: write dynamo:platform.orchestrator: grove",
      );
}

function checkScalers({ scalingAdapters }: Runtime, graph: GraphConfig, report: ReportMistake): void {
  if (scalingAdapters !== "none") return;
  const first = firstReleaseThat((release) => release.scalingAdapters !== "none");
  for (const { key, scaling } of poolsOf(graph))
    if (scaling)
      report(
        [key, "scaling"],
        `needs the scaling adapters of ${first} and newer: remove it, or raise dynamo:runtime.version`,
      );
}

function checkSnapshots(
  { gpuMemoryService, checkpoints }: Runtime,
  graph: GraphConfig,
  report: ReportMistake,
) {
  for (const pool of poolsOf(graph))
    for (const [setting, isThere, first] of [
      ["gpuMemoryService", gpuMemoryService, firstReleaseThat((release) => release.gpuMemoryService)],
      ["checkpoint", checkpoints, firstReleaseThat((release) => release.checkpoints)],
    ] as const)
      if (pool[setting] && !isThere)
        report(
          [pool.key, setting],
          `needs a runtime of ${first} or newer: remove it, or raise dynamo:runtime.version`,
        );
}

/** An argument may be a flag alone, `--flag=value`, or the words of several. */
function checkArgs(runtime: Runtime, graph: GraphConfig, isSound: IsSound, report: ReportMistake): void {
  const { releaseLine, removedFrontendFlags, removedWorkerFlags } = runtime;
  const { backend, frontend } = graph;
  const lists = [
    {
      key: "frontend",
      who: "frontends",
      args: frontend.args,
      removed: removedFrontendFlags,
      isQuoted: false,
    },
    ...poolsOf(graph).map(({ key, nodes, args = [] }) => ({
      ...{ key, who: "workers", args, removed: removedWorkerFlags },
      // The operator puts these into the quotes of mpirun's `bash -c '…'`, where the kubelet expands its references, too.
      isQuoted: backend === "trtllm" && nodes > 1,
    })),
  ];
  for (const pool of poolsOf(graph))
    if (isSound(pool.key)) {
      checkEngineConfig(pool, backend, report);
      checkSetup(pool, backend, report);
    }
  for (const { key, who, args, removed, isQuoted } of lists.filter(({ key }) => isSound(key)))
    for (const [i, arg] of args.entries()) {
      if (isQuoted && /'|\$\(/.test(arg))
        report(
          [key, "args", i],
          "has a single quote or $(, which don't reach TensorRT-LLM over several nodes: write \\u0027 for a quote in JSON, or remove it",
        );
      const reserved = reservedIn(arg, who === "workers" ? backend : undefined);
      const [flag = ""] = arg.split(/[=\s]/, 1);
      const instead = own(removed, flag);
      if (reserved !== undefined)
        report(
          [key, "args", i],
          `"${reserved.flag}" decides ${reserved.what}, which the graph's settings do: remove it, and write ${reserved.setting}`,
        );
      else if (instead !== undefined)
        report([key, "args", i], `"${flag}" is not taken by ${who} of ${releaseLine}: write ${instead}`);
      else if (!isQuoted && /^--[\w.-]+\s/.test(arg))
        // Python's argparse takes a word with a space for no flag.
        report([key, "args", i], `${flag} and its value are one word: write two items, or ${flag}=value`);
    }
}

function checkRouter(
  { releaseLine, events }: Runtime,
  { router: { mode, index } }: GraphConfig,
  report: ReportMistake,
): void {
  if (index !== undefined && mode !== "kv")
    report(["router", "index"], `is of the kv router, and the mode is ${mode}: remove it, or write mode: kv`);
  else if (index === "exact" && events === "none")
    report(
      ["router", "index"],
      `"exact" needs events, which runtime ${releaseLine} sends over NATS alone: write approximate, mode nats-etcd, or a runtime of ${firstReleaseThat((release) => release.kubernetesEvents !== "none")} and newer`,
    );
}

function checkKvTransfer({ kvTransfer, prefill, decode }: GraphConfig, report: ReportMistake): void {
  if ((kvTransfer.rdma || kvTransfer.transports) && !prefill && !decode)
    report(
      ["kvTransfer"],
      "is between prefill and decode workers: write these in place of workers, or remove it",
    );
}

function checkLoras({ releaseLine, loraSources }: Runtime, graph: GraphConfig, report: ReportMistake): void {
  const { loras, backend } = graph;
  if (loras.length === 0) return;
  if (backend !== "vllm")
    report(
      ["loras"],
      `are served by backend vllm, and this one is ${backend}: remove them, or write backend: vllm`,
    );
  else if (loraSources.length === 0)
    report(
      ["loras"],
      `need a runtime of ${firstReleaseThat((release) => release.loraSources.length > 0)} or newer: remove them, or raise dynamo:runtime.version`,
    );
  else
    for (const [i, { source }] of loras.entries()) {
      const [scheme = ""] = source.split("://", 1);
      if (!loraSources.includes(scheme))
        report(
          ["loras", i, "source"],
          `${scheme}:// needs a runtime of ${firstReleaseThat((release) => release.loraSources.includes(scheme))} or newer, found ${releaseLine}: copy it to a bucket and write s3://, or raise dynamo:runtime.version`,
        );
    }
}
