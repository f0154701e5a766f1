/** Rules on a graph's workers: how a model is divided among their GPUs, and who sets their number. */
import { checkDevices } from "./gpuRules";
import type { GraphConfig } from "./graph";
import { type Pool, poolsOf } from "./pools";
import type { ReportMistake } from "./report";

/** Checks one kind of a graph's workers. */
export function checkWorkers(graph: GraphConfig, key: Pool["key"], report: ReportMistake): void {
  const pool = poolsOf({
    ...graph,
    workers: undefined,
    prefill: undefined,
    decode: undefined,
    [key]: graph[key],
  })[0];
  if (pool === undefined) return;
  checkParallelism(pool, graph, report);
  checkDevices(pool, report);
  checkScaling(pool, graph, report);
}

function checkParallelism(pool: Pool, { backend }: GraphConfig, report: ReportMistake): void {
  const { key, gpus, nodes, tensorParallel, pipelineParallel, dataParallel } = pool;
  const available = gpus * nodes;
  const worker = `${available} GPUs (${gpus} gpus x ${nodes} nodes)`;
  const stated = pipelineParallel * dataParallel;
  const needed = (tensorParallel ?? 1) * stated;
  const data = dataParallel > 1 ? ` x ${dataParallel} data` : "";
  if (tensorParallel === undefined && available % stated !== 0)
    report(
      [key, dataParallel > 1 ? "dataParallel" : "pipelineParallel"],
      `${stated} does not divide a worker's ${worker}: change one of them`,
    );
  else if (tensorParallel !== undefined && needed !== available)
    report(
      [key, "tensorParallel"],
      `${tensorParallel} tensor x ${pipelineParallel} pipeline${data} parallel is ${needed}, but a worker has ${worker}: make them equal`,
    );
  else if (dataParallel > 1) checkRanks(pool, backend, report);
}

/** Checks data parallel ranks against what the engines, and the operator that starts them, can do. */
function checkRanks(
  { key, gpus, nodes, pipelineParallel, dataParallel }: Pool,
  backend: GraphConfig["backend"],
  report: ReportMistake,
): void {
  const rankGpus = (gpus * nodes) / dataParallel;
  if (backend === "vllm" && nodes > 1 && gpus % rankGpus !== 0)
    report(
      [key, "dataParallel"],
      `leaves a rank ${rankGpus} GPUs, which don't fill pods of ${gpus}, and vLLM's ranks don't span nodes: change ${key}.gpus or the sizes`,
    );
  if (backend === "trtllm" && rankGpus !== pipelineParallel)
    report(
      [key, "dataParallel"],
      `must be ${(gpus * nodes) / pipelineParallel}, since TensorRT-LLM has a rank on each GPU of a pipeline stage: write that, or remove it`,
    );
}

function checkScaling(
  { key, replicas, scaling }: Pool,
  { planner }: GraphConfig,
  report: ReportMistake,
): void {
  if (planner && replicas !== undefined)
    report([key, "replicas"], "belong to the planner: remove them, or remove the planner");
  if (scaling === undefined) return;
  if (replicas !== undefined)
    report([key, "replicas"], `belong to the scaler: remove them, or remove ${key}.scaling`);
  if (scaling.min > scaling.max)
    report(
      [key, "scaling", "min"],
      `must be at most ${key}.scaling.max (${scaling.max}), found ${scaling.min}`,
    );
  if (planner) report([key, "scaling"], "and the planner would both set the replicas: remove one of them");
}
