/** Dynamo inference: what those who use the graphs see, and what does the work. */
import {
  AnnotationQueryBuilder,
  type Dashboard,
  QueryVariableBuilder,
  VariableRefresh,
  VariableSort,
} from "@grafana/grafana-foundation-sdk/dashboard";
import { type DiscoveryMode, deploymentName } from "../config/names";
import { isSince, type RuntimeLine } from "../config/versions";
import { frontendJobs, graphInPod, podsOf, workerJobs } from "../plan/monitoring/selectors";
import { dashboard } from "./dashboard";
import { datasource, type Query, stat, timeseries } from "./panel";

export interface DynamoDashboardOptions {
  /** Stays the same for ever. */
  readonly uid: string;
  readonly namespace: string;
  /** Names of the graphs' components, in lower case. */
  readonly frontends: readonly string[];
  readonly workers: readonly string[];
  readonly mode: DiscoveryMode;
  /** Release line of the runtime: before 1.0 the KV cache has other metrics. */
  readonly line: RuntimeLine;
}

export function dynamoDashboard(options: DynamoDashboardOptions): Dashboard {
  const { uid, namespace, mode, line } = options;
  const [frontends, workers] = [options.frontends.join("|"), options.workers.join("|")];
  const pods = (components: string) => `namespace=~"$namespace",pod=~"${podsOf("($graph)", components)}"`;
  return dashboard({
    title: `Dynamo inference (${namespace})`,
    uid,
    description: `Graphs of namespace ${namespace}. Their discovery mode is ${mode}.`,
    variables: variables(`${frontends}|${workers}`, namespace),
    annotations: [modeAnnotation(pods(frontends), frontends)],
    rows: [
      ...requestRows(`${pods(frontends)},model=~"$model"`),
      workerRow(pods(workers), workers),
      kvCacheRow(pods(frontends), pods(workers), line),
      gpuRow(pods(workers)),
    ],
  });
}

function variables(components: string, namespace: string) {
  const variable = (name: string, query: string) =>
    new QueryVariableBuilder(name)
      .datasource(datasource)
      .query(`label_values(${query})`)
      .refresh(VariableRefresh.OnTimeRangeChanged)
      .sort(VariableSort.AlphabeticalAsc);
  const all = (name: string, query: string) =>
    variable(name, query).multi(true).includeAll(true).allValue(".+");
  return [
    variable("namespace", `up{job=~"${frontendJobs}"}, namespace`).current({
      text: namespace,
      value: namespace,
    }),
    all("graph", `up{job=~"${frontendJobs}|${workerJobs}",namespace=~"$namespace"}, pod`).regex(
      `/^${graphInPod(components)}$/`,
    ),
    all("model", `dynamo_frontend_requests_total{namespace=~"$namespace"}, model`),
  ];
}

/** Marks in which mode graphs ran: their names carry it. */
function modeAnnotation(frontends: string, components: string) {
  const natsEtcd = podsOf(deploymentName(".+", "nats-etcd"), components);
  const pods = `label_replace(up{job=~"${frontendJobs}",${frontends}}, "mode", "kubernetes", "", "")`;
  return new AnnotationQueryBuilder()
    .name("discovery mode")
    .datasource(datasource)
    .enable(true)
    .iconColor("blue")
    .expr(`count by (mode) (label_replace(${pods}, "mode", "nats-etcd", "pod", "${natsEtcd}"))`)
    .titleFormat("discovery mode {{mode}}")
    .step("60s");
}

/** @param scope labels of the frontends' series */
function requestRows(scope: string) {
  const of = (metric: string, labels = "") => `dynamo_frontend_${metric}{${scope}${labels}}`;
  const rate = (metric: string, labels = "") => `rate(${of(metric, labels)}[$__rate_interval])`;
  const quantiles = (histogram: string): Query[] =>
    [0.5, 0.9, 0.99].map((quantile) => ({
      expr: `histogram_quantile(${quantile}, sum by (le) (${rate(`${histogram}_bucket`)}))`,
      legend: `p${quantile * 100}`,
    }));
  const success = (by: string) =>
    `sum ${by}(${rate("requests_total", ',status="success"')}) / sum ${by}(${rate("requests_total")})`;
  const none = "Empty while there are no requests.";
  return [
    {
      title: "Now",
      panels: [
        stat({
          title: "Requests",
          description: "Requests a second that have ended.",
          unit: "reqps",
          queries: [{ expr: `sum(${rate("requests_total")})`, legend: "requests" }],
          width: 6,
        }),
        stat({
          title: "Success",
          description: `Share of them that succeeded. Healthy: above the graphs' objectives, 99 % unless set. ${none}`,
          unit: "percentunit",
          queries: [{ expr: success(""), legend: "success" }],
          thresholds: ["red", { from: 0.95, color: "orange" }, { from: 0.99, color: "green" }],
          width: 6,
        }),
        stat({
          title: "In flight",
          description: "Requests that have begun and not ended.",
          unit: "none",
          queries: [{ expr: `sum(${of("inflight_requests")})`, legend: "in flight" }],
          width: 6,
        }),
        stat({
          title: "Queued",
          description:
            "Requests that wait for their first token. Healthy: it comes and goes, and does not grow.",
          unit: "none",
          queries: [{ expr: `sum(${of("queued_requests")})`, legend: "queued" }],
          width: 6,
        }),
      ],
    },
    {
      title: "Requests",
      panels: [
        timeseries({
          title: "Throughput by model",
          description: "Requests a second that have ended, well or not.",
          unit: "reqps",
          queries: [{ expr: `sum by (model) (${rate("requests_total")})`, legend: "{{model}}" }],
          width: 12,
        }),
        timeseries({
          title: "Success by model",
          description: `Share that succeeded. Healthy: above 99 %. ${none}`,
          unit: "percentunit",
          queries: [{ expr: success("by (model) "), legend: "{{model}}" }],
          width: 12,
          max: 1,
        }),
        timeseries({
          title: "Outcomes",
          description:
            "By status, and from runtime 1.0 by kind of error: validation, not_found and cancelled are the clients'.",
          unit: "reqps",
          queries: [
            {
              expr: `sum by (status, error_type) (${rate("requests_total")})`,
              legend: "{{status}} {{error_type}}",
            },
          ],
          width: 12,
        }),
        timeseries({
          title: "Queued and in flight",
          description:
            "Healthy: queued is a small part of in flight. Growing without end, the workers can't keep up.",
          unit: "none",
          queries: [
            { expr: `sum(${of("queued_requests")})`, legend: "queued", color: "orange" },
            { expr: `sum(${of("inflight_requests")})`, legend: "in flight", color: "blue" },
          ],
          width: 12,
        }),
      ],
    },
    {
      title: "Latency",
      panels: [
        timeseries({
          title: "Time to first token",
          description: `From the request to the first token. Healthy: below the objective, 2.2 s unless set. ${none}`,
          unit: "s",
          queries: quantiles("time_to_first_token_seconds"),
          thresholds: ["green", { from: 2.2, color: "red" }],
          width: 8,
        }),
        timeseries({
          title: "Inter-token latency",
          description: `Between two tokens of an answer. Healthy: below 50 ms, as fast as people read. ${none}`,
          unit: "s",
          queries: quantiles("inter_token_latency_seconds"),
          thresholds: ["green", { from: 0.05, color: "orange" }],
          width: 8,
        }),
        timeseries({
          title: "Duration",
          description: `Of whole requests: it grows with the length of answers. ${none}`,
          unit: "s",
          queries: quantiles("request_duration_seconds"),
          width: 8,
        }),
      ],
    },
    {
      title: "Tokens",
      panels: [
        timeseries({
          title: "Tokens a second",
          description: "What goes in as prompts, and comes out as answers.",
          unit: "short",
          queries: [
            { expr: `sum(${rate("input_sequence_tokens_sum")})`, legend: "input", color: "green" },
            { expr: `sum(${rate("output_tokens_total")})`, legend: "output", color: "blue" },
          ],
          width: 8,
        }),
        timeseries({
          title: "Input length",
          description: `Tokens of a prompt. Long ones take long to their first token. ${none}`,
          unit: "short",
          queries: quantiles("input_sequence_tokens"),
          width: 8,
        }),
        timeseries({
          title: "Output length",
          description: `Tokens of an answer. ${none}`,
          unit: "short",
          queries: quantiles("output_sequence_tokens"),
          width: 8,
        }),
      ],
    },
  ];
}

function workerRow(scope: string, components: string) {
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

/** The KV cache of workers has metrics of Dynamo's own before 1.0, and vLLM's from then on. */
function kvCacheRow(frontends: string, workers: string, line: RuntimeLine) {
  const sinceOne = isSince(line, "1.0");
  const hits = `dynamo_component_router_kv_hit_rate`;
  return {
    title: "KV cache",
    panels: [
      timeseries({
        title: "KV cache in use",
        description:
          `Share of a worker's blocks. Healthy: below 90 %; above, requests wait or are put back. ${sinceOne ? "" : "Empty for workers that are not vLLM's."}`.trim(),
        unit: "percentunit",
        queries: [
          {
            expr: sinceOne
              ? `max by (pod) ({__name__="vllm:kv_cache_usage_perc",${workers}})`
              : `max by (pod) (dynamo_component_kvstats_gpu_cache_usage_percent{${workers}})`,
            legend: "{{pod}}",
          },
        ],
        thresholds: ["green", { from: 0.9, color: "orange" }],
        width: 12,
        max: 1,
      }),
      timeseries({
        title: "KV cache hit rate",
        description: sinceOne
          ? "Share of a prompt's blocks that the chosen worker had. Empty unless frontends route by KV cache."
          : "Share of prompts' blocks that workers had. Empty for workers that are not vLLM's.",
        unit: "percentunit",
        queries: [
          {
            expr: sinceOne
              ? `sum by (pod) (rate(${hits}_sum{${frontends}}[$__rate_interval])) / sum by (pod) (rate(${hits}_count{${frontends}}[$__rate_interval]))`
              : `max by (pod) (dynamo_component_kvstats_gpu_prefix_cache_hit_rate{${workers}})`,
            legend: "{{pod}}",
          },
        ],
        width: 12,
        max: 1,
      }),
    ],
  };
}

/** NVIDIA's DCGM exporter names a GPU's pod as its own, or as `exported_pod`. */
function gpuRow(workers: string) {
  const exported = workers.replace("namespace=", "exported_namespace=").replace("pod=", "exported_pod=");
  const of = (metric: string) => `${metric}{${exported}} or ${metric}{${workers}}`;
  const absent = "Empty where NVIDIA's DCGM exporter does not run.";
  return {
    title: "GPUs",
    panels: [
      timeseries({
        title: "GPU in use",
        description: `Share of time in which it computes. Healthy under load: above 50 %; money is lost below. ${absent}`,
        unit: "percent",
        queries: [{ expr: of("DCGM_FI_DEV_GPU_UTIL"), legend: "{{exported_pod}}{{pod}} GPU {{gpu}}" }],
        width: 12,
        max: 100,
      }),
      timeseries({
        title: "GPU memory",
        description: `In use. Healthy: steady and near the card's size, since the KV cache takes what is left. ${absent}`,
        unit: "decmbytes",
        queries: [{ expr: of("DCGM_FI_DEV_FB_USED"), legend: "{{exported_pod}}{{pod}} GPU {{gpu}}" }],
        width: 12,
      }),
    ],
  };
}
