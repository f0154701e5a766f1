import type { Runtime } from "../../config/runtime/runtime";
import type { StackConfig } from "../../config/schema";
import type { GraphPlan } from "../graph/graphPlan";
import { componentTypeLabel, followers } from "../graph/labels";

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
  /** Whether pods that serve nothing are among those selected, and left out. */
  readonly hasFollowers?: boolean;
  /** Labels of series by the pod's own labels, as Prometheus' service discovery names these. */
  readonly labels?: Readonly<Record<string, string>>;
}

/**
 * PodMonitors of the graphs. The ports are the operator's: http, system from which workers report, and the metrics of planners and Endpoint Pickers. Where the
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
  const workerTypes = ["worker", "prefill", "decode"];
  const ofTypes = (values: string[]) => ({ key: componentTypeLabel, operator: "In", values });
  const areBeside = graphs.some(({ frontends }) => frontends.areBeside);
  const frontend: PodMonitorPlan = {
    name: "dynamo-frontend",
    namespace,
    port: "http",
    // Pods of workers have that port where a frontend is beside the engine.
    selector: areBeside
      ? {
          matchLabels: metricsEnabled,
          matchExpressions: [ofTypes([...(ofPlatform ? [] : ["frontend"]), ...workerTypes])],
        }
      : { matchLabels: { ...metricsEnabled, [componentTypeLabel]: "frontend" } },
    // By this label planners and autoscalers know whose requests they look at.
    labels: { dynamo_namespace: "nvidia_com_dynamo_namespace" },
  };
  const types = ofPlatform ? [...unmonitoredWorkers] : workerTypes;
  const isWide = graphs.some(({ components }) => components.some(({ nodes }) => nodes > 1));
  const worker: PodMonitorPlan = {
    name: "dynamo-worker",
    namespace,
    port: "system",
    ...(isWide && { hasFollowers: true }),
    selector: {
      matchLabels: metricsEnabled,
      matchExpressions: [ofTypes(types)],
    },
  };
  /** Those of components that neither answer nor compute. */
  const others = (["planner", "epp"] as const)
    .filter((type) => graphs.some(({ components }) => components.some(({ role }) => role === type)))
    .map(
      (type): PodMonitorPlan => ({
        name: `dynamo-${type}`,
        namespace,
        port: "metrics",
        selector: { matchLabels: { ...metricsEnabled, [componentTypeLabel]: type } },
      }),
    );
  return [
    ...(ofPlatform && !areBeside ? [] : [frontend]),
    ...(types.length > 0 ? [worker] : []),
    ...(ofPlatform ? [] : others),
  ];
}

/** The spec of a PodMonitor. */
export function podMonitorSpec({ port, selector, hasFollowers, labels = {} }: PodMonitorPlan) {
  const relabelings = [
    ...(hasFollowers ? withoutFollowers : []),
    ...Object.entries(labels).map(([targetLabel, label]) => ({
      sourceLabels: [podLabel(label)],
      targetLabel,
    })),
  ];
  return {
    selector,
    podMetricsEndpoints: [{ port, path: "/metrics", ...(relabelings.length > 0 && { relabelings }) }],
  };
}

/** As Prometheus' service discovery names a pod's label. */
const podLabel = (label: string) => `__meta_kubernetes_pod_label_${label.replaceAll(/[^A-Za-z0-9]/g, "_")}`;

/** They would be down for good, since nothing listens there. */
const withoutFollowers = [
  { sourceLabels: followers.groveLabels.map(podLabel), regex: followers.grovePattern, action: "drop" },
  { sourceLabels: [podLabel(followers.indexLabel)], regex: followers.indexPattern, action: "drop" },
];
