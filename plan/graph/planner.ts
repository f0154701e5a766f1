import { plannerName } from "../../config/deployment";
import type { GraphConfig, PlannerConfig } from "../../config/graph";
import { poolsOf } from "../../config/pools";
import { isSince } from "../../config/versions";
import { runtimeImage } from "./frontend";
import type { Component, Container, GraphContext } from "./model";

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
): Component {
  const { registry, version, line, prometheus } = context;
  const ownImage = isSince(line, "1.1");
  return {
    name: plannerName,
    role: "planner",
    replicas: 1,
    scaled: false,
    nodes: 1,
    gpus: undefined,
    global: false,
    baseModel: undefined,
    envFromSecret: undefined,
    container: {
      image: ownImage ? `${registry}/dynamo-planner:${version}` : runtimeImage(graph, context),
      ...(isSince(line, "1.0") ? configured(graph, planner, isSince(line, "1.2")) : byFlags(graph, planner)),
      env: [{ name: "PROMETHEUS_ENDPOINT", value: prometheus }],
      ...(planner.profile !== undefined && {
        volumeMounts: [{ name: profileVolume, mountPath: profileFolder, readOnly: true }],
      }),
    },
    pod:
      planner.profile === undefined
        ? {}
        : { volumes: [{ name: profileVolume, configMap: { name: planner.profile } }] },
  };
}

/** Before 1.0. It counts an engine's GPUs by what it is told. */
function byFlags(
  graph: GraphConfig,
  { timeToFirstToken, interTokenLatency, maxGpus }: PlannerConfig,
): Pick<Container, "workingDir" | "command" | "args"> {
  const sizes = poolsOf(graph).map(({ role, gpus, nodes }) => `--${role}-engine-num-gpu=${gpus * nodes}`);
  return {
    workingDir: "/workspace/components/src/dynamo/planner",
    command: ["python3", "-m", "planner_sla"],
    args: [
      "--environment=kubernetes",
      `--backend=${graph.backend}`,
      "--adjustment-interval=60",
      `--profile-results-dir=${profileFolder}`,
      `--ttft=${timeToFirstToken}`,
      `--itl=${interTokenLatency}`,
      `--max-gpu-budget=${maxGpus}`,
      ...sizes,
    ],
  };
}

/** @param named whether the settings' names tell their units, and the planner aims at the load unless it is told. */
function configured(
  { backend }: GraphConfig,
  { timeToFirstToken, interTokenLatency, maxGpus, profile }: PlannerConfig,
  named: boolean,
): Pick<Container, "command" | "args"> {
  const config = {
    environment: "kubernetes",
    backend,
    mode: "disagg",
    ...(named && { optimization_target: "sla" }),
    [named ? "ttft_ms" : "ttft"]: timeToFirstToken,
    [named ? "itl_ms" : "itl"]: interTokenLatency,
    max_gpu_budget: maxGpus,
    enable_throughput_scaling: true,
    ...(profile === undefined
      ? { pre_deployment_sweeping_mode: "none" }
      : { profile_results_dir: profileFolder }),
  };
  return { command: ["python3", "-m", "dynamo.planner"], args: ["--config", JSON.stringify(config)] };
}
