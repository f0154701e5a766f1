/** Workers: how many there are, and how the load is shared out. */
import { graphInPod, workerJobs } from "../../plan/monitoring/selectors";
import { timeseries } from "../panel";

/**
 * @param scope labels of the workers' series
 * @param components names of their components, as `prefill|decode`
 */
export function workerRow(scope: string, components: string) {
  const up = `up{job=~"${workerJobs}",${scope}}`;
  const generate = (metric: string) => `dynamo_component_${metric}{${scope},dynamo_endpoint="generate"}`;
  return {
    title: "Workers",
    panels: [
      timeseries({
        title: "Workers by graph",
        description: "Workers that answer Prometheus. Healthy: as many as the config says.",
        unit: "none",
        queries: [
          {
            expr: `sum by (graph) (label_replace(${up}, "graph", "$1", "pod", "${graphInPod(components)}"))`,
            legend: "{{graph}}",
          },
        ],
        width: 8,
      }),
      timeseries({
        title: "In flight by worker",
        description: "Healthy: about the same on all. One far above the others holds on to requests.",
        unit: "none",
        queries: [{ expr: `sum by (pod) (${generate("inflight_requests")})`, legend: "{{pod}}" }],
        width: 8,
      }),
      timeseries({
        title: "Requests by worker",
        description: "Healthy: shared out evenly, or by KV cache where routing is by it.",
        unit: "reqps",
        queries: [
          { expr: `sum by (pod) (rate(${generate("requests_total")}[$__rate_interval]))`, legend: "{{pod}}" },
        ],
        width: 8,
      }),
    ],
  };
}
