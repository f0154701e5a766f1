/** Rules on a graph's planner. */
import { wholeGpu } from "./accelerators";
import type { GraphConfig, PlannerConfig } from "./graph";
import { nearest } from "./near";
import { poolsOf } from "./pools";
import type { ReportMistake } from "./report";
import { plannerSettingsOf } from "./runtime/plannerSettings";
import { firstReleaseThat } from "./runtime/releases";
import type { Runtime } from "./runtime/runtime";

/** Checks that the runtime has the planner that a graph asks for, and that its limit of GPUs holds. */
export function checkPlanner(
  { releaseLine, ...runtime }: Runtime,
  graph: GraphConfig,
  report: ReportMistake,
): void {
  const { planner } = graph;
  if (planner === undefined) return;
  // By its config it reads a worker's GPUs from the graph, as the nvidia.com/gpu of one pod.
  if (runtime.plannerSettings !== "flags")
    for (const { key, nodes, gpuResource, gpuDeviceClass } of poolsOf(graph)) {
      if (nodes > 1)
        report(
          [key, "nodes"],
          `${nodes} are more than the planner of ${releaseLine} counts, which would exceed its maxGpus: write 1, or remove the planner`,
        );
      if (gpuDeviceClass !== undefined || gpuResource !== wholeGpu)
        report(
          [key, gpuDeviceClass === undefined ? "gpuResource" : "gpuDeviceClass"],
          `"${gpuDeviceClass ?? gpuResource}" is not seen by the planner of ${releaseLine}: write ${wholeGpu}, or remove the planner`,
        );
    }
  const { profile, settings = {} } = planner;
  if (profile === undefined && settings.profile_results_dir === undefined && !runtime.plansWithoutProfile)
    report(
      ["planner", "profile"],
      `is missing: the planner of ${releaseLine} plans by a profile of the model; name its ConfigMap, or write a runtime of ${firstReleaseThat((release) => release.plansWithoutProfile)} and newer`,
    );
  for (const [name, value] of Object.entries(settings))
    checkSetting({ name, value, names: plannerSettingsOf(releaseLine), releaseLine }, planner, report);
  checkFloor(graph, settings, planner.maxGpus, report);
}

/** A setting must be one that the release reads, which the planner itself does not look at. */
function checkSetting(
  {
    name,
    value,
    names,
    releaseLine,
  }: { name: string; value: unknown; names: readonly string[]; releaseLine: string },
  { profile }: PlannerConfig,
  report: ReportMistake,
): void {
  const refuse = (message: string) => report(["planner", "settings", name], message);
  const [, setting] = planned.find(([of]) => of.test(name)) ?? [];
  const near = nearest(name, names);
  if (setting !== undefined)
    refuse(
      `is what the plan says to the planner: ${setting === "" ? "remove it" : `remove it, and write ${setting}`}`,
    );
  else if (!names.includes(name))
    refuse(
      `is no setting that the planner of ${releaseLine} reads: ${near === undefined ? "remove it" : `write ${near}, or remove it`}`,
    );
  else if (!/^(string|boolean)$/.test(typeof value) && !Number.isFinite(value))
    refuse("must be a number, a text, or true or false");
  else if (name === "profile_results_dir" && profile !== undefined)
    refuse("and the planner's profile would both say where the profile is: remove one of them");
}

/** Least replicas count more for planners than their limit of GPUs, so that the limit must hold them. */
function checkFloor(
  graph: GraphConfig,
  settings: Readonly<Record<string, unknown>>,
  maxGpus: number,
  report: ReportMistake,
): void {
  const name = ["min_endpoint", "prefill_min_endpoint", "decode_min_endpoint"].find(
    (one) => settings[one] !== undefined,
  );
  if (name === undefined) return;
  const least = poolsOf(graph).reduce(
    (sum, { key, gpus, nodes }) =>
      sum + Number(settings[`${key}_min_endpoint`] ?? settings.min_endpoint ?? 1) * gpus * nodes,
    0,
  );
  if (least > maxGpus)
    report(
      ["planner", "settings", name],
      `makes at least ${least} GPUs of workers, which are more than maxGpus: raise that, or lower this`,
    );
}

/** What the plan says to planners, by the names that they have for it, and the setting to use instead; empty where there is none. */
const planned: readonly (readonly [names: RegExp, setting: string])[] = [
  [/^ttft(_ms)?$/, "timeToFirstToken"],
  [/^itl(_ms)?$/, "interTokenLatency"],
  [/^(min|max)_gpu_budget$/, "maxGpus"],
  [/^(prefill|decode)_engine_num_gpu$/, "the gpus of prefill and decode"],
  [/^backend$/, "the graph's backend"],
  [/^mode$/, "prefill and decode"],
  [/^environment$/, ""],
  [/^namespace$/, "the graph's name"],
  [/^metric_pulling_prometheus_endpoint$/, "dynamo:monitoring.prometheus"],
];
