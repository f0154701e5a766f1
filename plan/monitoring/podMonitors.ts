/** PodMonitors: what Prometheus scrapes. */
import type { StackConfig } from "../../config/schema";
import { isSince, type RuntimeLine } from "../../config/versions";

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

const componentType = "nvidia.com/dynamo-component-type";

/**
 * PodMonitors of the graphs. The ports are the operator's: http, system from which workers report, and the planner's metrics. Where the
 * platform's own are selected, only what these miss is left.
 */
export function graphPodMonitors(
  { namespace: { name: namespace }, graphs, monitoring }: StackConfig,
  line: RuntimeLine,
): PodMonitorPlan[] {
  if (graphs.length === 0) return [];
  const ofPlatform = monitoring.podMonitors === "platform";
  const metricsEnabled = { "nvidia.com/metrics-enabled": "true" };
  const frontend: PodMonitorPlan = {
    name: "dynamo-frontend",
    namespace,
    port: "http",
    selector: { matchLabels: { ...metricsEnabled, [componentType]: "frontend" } },
    // By this label planners and autoscalers know whose requests they look at.
    labels: { dynamo_namespace: "nvidia_com_dynamo_namespace" },
  };
  // Before 1.3 the platform's PodMonitor of workers misses those of type prefill and decode (ai-dynamo/dynamo#10597).
  const missed = isSince(line, "1.3") ? [] : ["prefill", "decode"];
  const types = ofPlatform ? missed : ["worker", "prefill", "decode"];
  const worker: PodMonitorPlan = {
    name: "dynamo-worker",
    namespace,
    port: "system",
    selector: {
      matchLabels: metricsEnabled,
      matchExpressions: [{ key: componentType, operator: "In", values: types }],
    },
  };
  const planner: PodMonitorPlan = {
    name: "dynamo-planner",
    namespace,
    port: "metrics",
    selector: { matchLabels: { ...metricsEnabled, [componentType]: "planner" } },
  };
  const isPlanned = graphs.some((graph) => graph.planner !== undefined);
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
