import { plannerName } from "../../config/deployment";
import type { Backend, GraphConfig, PlannerConfig } from "../../config/graph";
import type { Runtime } from "../../config/runtime/runtime";
import { gpusOf, totalGpus } from "../../gpus/arithmetic";
import { gpusOfComponent } from "./componentGpus";
import { runtimeImage } from "./image";
import type { Component, Container, GraphContext } from "./model";
import { podsOf } from "./podSettings";
import { withoutEngine } from "./withoutEngine";

const profileFolder = "/workspace/profiling_results";
const profileVolume = "planner-profile";

/**
 * Dynamo's SLA planner, which scales the graph's prefill and decode workers by itself.
 * Sources: the parsers and settings of ai-dynamo 0.7.1 to 1.6.1, components/src/dynamo/planner.
 */
export function plannerComponent(
  graph: GraphConfig,
  planner: PlannerConfig,
  context: GraphContext,
  workers: readonly Component[],
): Component {
  const { runtime, prometheus } = context;
  return {
    name: plannerName,
    role: "planner",
    replicas: 1,
    range: { min: 1, max: 1 },
    ...withoutEngine,
    extraGpus: Math.max(0, planner.maxGpus - totalGpus(workers.map(gpusOfComponent))),
    envFromSecret: undefined,
    ...podsOf(planner, {
      context,
      component: plannerName,
      env: [{ name: "PROMETHEUS_ENDPOINT", value: prometheus }],
      container: {
        image: plannerImage(graph, planner, context),
        ...plannerCommand(graph.backend, planner, workers, runtime),
      },
      ...(planner.profile !== undefined && {
        volumes: [{ name: profileVolume, configMap: { name: planner.profile } }],
        volumeMounts: [{ name: profileVolume, mountPath: profileFolder, readOnly: true }],
      }),
    }),
  };
}

function plannerImage(graph: GraphConfig, { image }: PlannerConfig, context: GraphContext): string {
  const { plannerImage, registry, version } = context.runtime;
  return image === undefined && plannerImage
    ? `${registry}/dynamo-planner:${version}`
    : runtimeImage(graph, context, image);
}

type Command = Pick<Container, "workingDir" | "command" | "args">;

function plannerCommand(
  backend: Backend,
  planner: PlannerConfig,
  workers: readonly Component[],
  { plannerSettings }: Runtime,
): Command {
  switch (plannerSettings) {
    case "flags":
      return byFlags(backend, planner, workers);
    case "config":
      return configured(backend, planner, { named: false, aimed: false });
    case "config-with-target":
      return configured(backend, planner, { named: false, aimed: true });
    case "config-with-units":
      return configured(backend, planner, { named: true, aimed: true });
    default:
      return plannerSettings satisfies never;
  }
}

/** Command of planners that take flags, also the GPUs of an engine. */
function byFlags(
  backend: Backend,
  { timeToFirstToken, interTokenLatency, maxGpus, profile, settings = {} }: PlannerConfig,
  workers: readonly Component[],
): Command {
  const { adjustment_interval = 60, ...others } = settings;
  const sizes = workers.map(
    ({ role, gpus, nodes }) =>
      `--${role}-engine-num-gpu=${gpusOf({ perPod: gpus?.perPod ?? 0, nodes, replicas: 1 })}`,
  );
  return {
    workingDir: "/workspace/components/src/dynamo/planner",
    command: ["python3", "-m", "planner_sla"],
    args: [
      "--environment=kubernetes",
      `--backend=${backend}`,
      `--adjustment-interval=${adjustment_interval}`,
      ...(profile === undefined ? [] : [`--profile-results-dir=${profileFolder}`]),
      `--ttft=${timeToFirstToken}`,
      `--itl=${interTokenLatency}`,
      `--max-gpu-budget=${maxGpus}`,
      ...sizes,
      ...Object.entries(others).flatMap(([name, value]) => flag(name.replaceAll("_", "-"), value)),
    ],
  };
}

/** A switch is a flag alone, which is there or not. */
const flag = (name: string, value: unknown) =>
  typeof value === "boolean" ? (value ? [`--${name}`] : []) : [`--${name}=${value}`];

/** @param named whether the settings' names have units @param aimed whether the planner aims at something else by default. */
function configured(
  backend: Backend,
  { timeToFirstToken, interTokenLatency, maxGpus, profile, settings }: PlannerConfig,
  { named, aimed }: Readonly<Record<"named" | "aimed", boolean>>,
): Command {
  const config = {
    environment: "kubernetes",
    backend,
    mode: "disagg",
    ...(aimed && { optimization_target: "sla" }),
    [named ? "ttft_ms" : "ttft"]: timeToFirstToken,
    [named ? "itl_ms" : "itl"]: interTokenLatency,
    max_gpu_budget: maxGpus,
    enable_throughput_scaling: true,
    ...(profile === undefined
      ? { pre_deployment_sweeping_mode: "none" }
      : { profile_results_dir: profileFolder }),
    ...settings,
  };
  return { command: ["python3", "-m", "dynamo.planner"], args: ["--config", JSON.stringify(config)] };
}
