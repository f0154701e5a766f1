/** Rules on `engineConfig`, and on arguments that go with it: an engine must be told of each size once, and the same. */
import type { Backend } from "./graph";
import { own } from "./own";
import type { Pool } from "./pools";
import type { ReportMistake } from "./report";
import { reservedIn } from "./reservedArgs";
import { secretsIn } from "./secretTexts";

/** Arguments by which TensorRT-LLM's workers read a file of settings, or have one of their settings each. */
const [ownFile, override, each] = ["--extra-engine-args", "--override-engine-args", "--trtllm."];

/** Checks the engine's settings of a pool. */
export function checkEngineConfig(pool: Pool, backend: Backend, report: ReportMistake): void {
  const refuse = (setting: string, message: string) => report([pool.key, "engineConfig", setting], message);
  for (const { path } of secretsIn(pool.engineConfig ?? {}))
    report(
      [pool.key, "engineConfig", ...path],
      "is a secret in plain text: put it in a Secret of the cluster, give the engine its variable by env, and revoke this one",
    );
  if (backend === "trtllm") {
    checkSizes(pool, refuse);
    checkFiles(pool, report);
    return;
  }
  for (const setting of Object.keys(pool.engineConfig ?? {})) {
    const reserved = reservedIn(`--${setting}`, backend);
    if (!/^[a-z][\w-]*$/.test(setting))
      refuse(setting, "is no argument of the engine: write it as its flag, without --");
    else if (reserved)
      refuse(
        setting,
        `decides ${reserved.what}, which the graph's settings do: remove it, and write ${reserved.setting}`,
      );
  }
}

/** Sizes that TensorRT-LLM's file may say again, and not otherwise: what the file says beats arguments. */
function checkSizes(pool: Pool, refuse: (setting: string, message: string) => void): void {
  const { gpus, nodes, pipelineParallel, dataParallel, expertParallel, engineConfig = {} } = pool;
  const ranks = (gpus * nodes) / pipelineParallel;
  const planned: Readonly<Record<string, [unknown, string]>> = {
    tensor_parallel_size: [ranks, "gpus, nodes and pipelineParallel"],
    pipeline_parallel_size: [pipelineParallel, "pipelineParallel"],
    enable_attention_dp: [dataParallel > 1, "dataParallel"],
    context_parallel_size: [1, "no setting"],
    gpus_per_node: [gpus, "gpus"],
    ...(expertParallel && { moe_expert_parallel_size: [ranks, "expertParallel"] }),
  };
  for (const [setting, value] of Object.entries(engineConfig)) {
    const [right, from] = own(planned, setting) ?? [value, ""];
    if (value !== right)
      refuse(
        setting,
        `must be ${right}, as ${from} say, found ${JSON.stringify(value)}: remove it, or change these`,
      );
  }
}

function checkFiles({ key, args = [], engineConfig }: Pool, report: ReportMistake): void {
  const place = (flag: string) => args.findIndex((arg) => arg.startsWith(flag));
  if (engineConfig && place(ownFile) >= 0)
    report(
      [key, "args", place(ownFile)],
      `"${ownFile}" would be a second file beside engineConfig, and one alone counts: remove one`,
    );
  if (place(override) >= 0 && place(each) >= 0)
    report(
      [key, "args", place(override)],
      `"${override}" and "${each}" arguments exclude each other, and would end the worker: write them as engineConfig`,
    );
}
