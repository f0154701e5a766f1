import type { Runtime } from "../../config/runtime/runtime";
import type { StackConfig } from "../../config/schema";
import type { GraphPlan } from "../graph/graphPlan";
import { componentTypeLabel } from "../graph/labels";

/** A PodMonitor: the pods that Prometheus scrapes. */
export interface PodMonitorPlan {
  readonly name: string;
  readonly namespace: string;
  /** Name of the container port that serves /metrics. */
  readonly port: string;
  readonly selector: {
    readonly matchLabels?: Readonly<Record<string, string>>;
    readonly matchExpressions?: readonly { key: string; operator: string; values: string[] }[];
  };
  /** Labels of series by the pod's own labels, as Prometheus' service discovery names these. */
  readonly labels?: Readonly<Record<string, string>>;
}

/**
 * PodMonitors of the graphs. The ports are the operator's: http, system from which workers report, and the planner's metrics. Where the
 * platform's own are selected, only what these miss is left.
 */
export function graphPodMonitors(
  graphs: readonly GraphPlan[],
  namespace: string,
  { podMonitors }: StackConfig["monitoring"],
  { unmonitoredWorkers }: Runtime,
): PodMonitorPlan[] {
  if (graphs.length === 0) return [];
  const ofPlatform = podMonitors === "platform";
  const metricsEnabled = { "nvidia.com/metrics-enabled": "true" };
  const frontend: PodMonitorPlan = {
    name: "dynamo-frontend",
    namespace,
    port: "http",
    selector: { matchLabels: { ...metricsEnabled, [componentTypeLabel]: "frontend" } },
    // By this label planners and autoscalers know whose requests they look at.
    labels: { dynamo_namespace: "nvidia_com_dynamo_namespace" },
  };
  const types = ofPlatform ? [...unmonitoredWorkers] : ["worker", "prefill", "decode"];
  const worker: PodMonitorPlan = {
    name: "dynamo-worker",
    namespace,
    port: "system",
    selector: {
      matchLabels: metricsEnabled,
      matchExpressions: [{ key: componentTypeLabel, operator: "In", values: types }],
    },
  };
  const planner: PodMonitorPlan = {
    name: "dynamo-planner",
    namespace,
    port: "metrics",
    selector: { matchLabels: { ...metricsEnabled, [componentTypeLabel]: "planner" } },
  };
  const isPlanned = graphs.some(({ components }) => components.some(({ role }) => role === "planner"));
  return [
    ...(ofPlatform ? [] : [frontend]),
    ...(types.length > 0 ? [worker] : []),
    ...(isPlanned && !ofPlatform ? [planner] : []),
  ];
}

/** The spec of a PodMonitor. */
export function podMonitorSpec({ port, selector, labels = {} }: PodMonitorPlan) {
  const relabelings = Object.entries(labels).map(([targetLabel, label]) => ({
    sourceLabels: [`__meta_kubernetes_pod_label_${label}`],
    targetLabel,
  }));
  return {
    selector,
    podMetricsEndpoints: [{ port, path: "/metrics", ...(relabelings.length > 0 && { relabelings }) }],
  };
}
