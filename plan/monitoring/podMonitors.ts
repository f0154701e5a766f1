/** PodMonitors: what Prometheus scrapes. */

export interface PodMonitorPlan {
  readonly name: string;
  readonly namespace: string;
  /** Name of the container port that serves /metrics. */
  readonly port: string;
  readonly selector: {
    readonly matchLabels?: Readonly<Record<string, string>>;
    readonly matchExpressions?: readonly { key: string; operator: string; values: string[] }[];
  };
}

const componentType = "nvidia.com/dynamo-component-type";

/** PodMonitors of the graphs in a namespace. The ports are the operator's: http, and system from which workers report. */
export function graphPodMonitors(namespace: string): PodMonitorPlan[] {
  const metricsEnabled = { "nvidia.com/metrics-enabled": "true" };
  return [
    {
      name: "dynamo-frontend",
      namespace,
      port: "http",
      selector: { matchLabels: { ...metricsEnabled, [componentType]: "frontend" } },
    },
    {
      name: "dynamo-worker",
      namespace,
      port: "system",
      selector: {
        matchLabels: metricsEnabled,
        // Before 1.3 the platform's own PodMonitor misses prefill and decode workers (ai-dynamo/dynamo#10597).
        matchExpressions: [{ key: componentType, operator: "In", values: ["worker", "prefill", "decode"] }],
      },
    },
  ];
}

/** The spec of a PodMonitor. */
export function podMonitorSpec({ port, selector }: PodMonitorPlan) {
  return { selector, podMetricsEndpoints: [{ port, path: "/metrics" }] };
}
