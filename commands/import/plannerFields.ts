/** What a planner's command says, by the names of its settings: flags of old and the JSON of newer releases alike. */
import { own } from "../../config/own";
import { record } from "../../gpus/manifest";
import { flagsOf } from "./flags";

/** Names with the units that older releases' names lack. */
const units: Readonly<Record<string, string>> = {
  ttft: "ttft_ms",
  itl: "itl_ms",
  throughput_adjustment_interval: "throughput_adjustment_interval_seconds",
  load_adjustment_interval: "load_adjustment_interval_seconds",
};

/** Planners' own values, of what the plan writes. The same in all releases that read it: ai-dynamo 0.7.1 to 1.6.1, `defaults.py`. */
export const plannerDefaults: Readonly<Record<string, unknown>> = {
  environment: "kubernetes",
  backend: "vllm",
  mode: "disagg",
  optimization_target: "throughput",
  ttft_ms: 500,
  itl_ms: 50,
  max_gpu_budget: 8,
  adjustment_interval: 180,
  prefill_engine_num_gpu: 1,
  decode_engine_num_gpu: 1,
  enable_throughput_scaling: true,
  pre_deployment_sweeping_mode: "rapid",
  profile_results_dir: "profiling_results",
};

/** Whether a module is a planner: of releases before 1.0, or since. */
export const isPlanner = (module: string | undefined) =>
  module === "planner_sla" || module === "dynamo.planner";

/** Settings as they are written, in the names of their release. A config that is no JSON, as that of a file, stays one value. */
function writtenSettings(args: readonly string[]): Map<string, unknown> {
  const flags = flagsOf(args);
  const [config = ""] = flags.get("--config") ?? [];
  if (config !== "") return new Map(Object.entries(parsed(config) ?? { config }));
  return new Map(
    [...flags].map(([flag, values]) => [flag.replace(/^--/, "").replaceAll("-", "_"), readAs(values)]),
  );
}

function parsed(config: string): Record<string, unknown> | undefined {
  try {
    return record(JSON.parse(config));
  } catch {
    return undefined;
  }
}

/** A flag alone is a switch, and a number is one. */
function readAs(values: readonly string[]): unknown {
  const [value = ""] = values;
  if (values.length === 0) return true;
  if (values.length > 1) return values.join(" ");
  return value.trim() !== "" && Number.isFinite(Number(value)) ? Number(value) : value;
}

/** Settings by their newest names, as fields of the component. */
export const plannerFields = (args: readonly string[]): [string, unknown][] =>
  [...writtenSettings(args)].map(([name, value]) => [`planner ${own(units, name) ?? name}`, value]);

/** The name under which a command has a setting. */
export function writtenName(name: string, args: readonly string[]): string {
  return [...writtenSettings(args).keys()].find((one) => own(units, one) === name) ?? name;
}
