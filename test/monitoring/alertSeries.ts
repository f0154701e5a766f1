/** What Prometheus scrapes of a stack, in the notation of promtool's unit tests: one sample a minute. */
import { deploymentNames } from "../../config/deployment";
import type { GraphConfig } from "../../config/graph";
import { poolsOf } from "../../config/pools";
import type { StackConfig } from "../../config/schema";
import { etcdJob, natsJob } from "../../plan/monitoring/selectors";

/** Values of each series, as `1x9 0x4`, by the series as `up{job="…",pod="…"}`. */
export type Series = Readonly<Record<string, string>>;

/** Values of a counter that grows so much each minute: `[60, 10]` by 60 in each of ten minutes. */
export function counter(...phases: readonly (readonly [growth: number, minutes: number])[]): string {
  let value = 0;
  return phases
    .map(([growth, minutes]) => {
      const values = `${value + growth}+${growth}x${minutes - 1}`;
      value += growth * minutes;
      return values;
    })
    .join(" ");
}

/** All is well for so many minutes. */
export function healthySeries(config: StackConfig, minutes: number): Series {
  const { discovery, graphs, namespace, runtime } = config;
  const always = (value: number) => `${value}x${minutes}`;
  const growing = (growth: number) => `0+${growth}x${minutes}`;
  const series: Record<string, string> = {};

  for (const graph of graphs) {
    const [name] = deploymentNames(graph, discovery.mode, runtime);
    for (const pod of graph.servedBy === undefined ? podNames(name, graph.frontend) : []) {
      const target = `job="${namespace.name}/dynamo-frontend",namespace="${namespace.name}",pod="${pod}"`;
      const frontend = (metric: string, labels: string, values: string) => {
        series[`dynamo_frontend_${metric}{${target}${labels}}`] = values;
      };
      series[`up{${target}}`] = always(1);
      for (const { model } of modelsOf(graph, graphs)) {
        const label = `,model="${model.toLowerCase()}"`; // as frontends spell it
        frontend("model_context_length", label, always(32_768));
        if (runtime.modelGauge === "model_ready") frontend("model_ready", label, always(1));
      }
      frontend("queued_requests", "", always(3));
      frontend("requests_total", `,status="success"`, growing(600));
      if (runtime.countsFailures) {
        frontend("requests_total", `,status="error",error_type="validation"`, growing(600));
        frontend("failures_total", `,class="InvalidRequest"`, growing(600)); // the clients' own doing
        frontend("failures_total", `,class="Internal"`, growing(0));
      } else if (runtime.kvCacheMetrics === "component") {
        frontend("requests_total", `,status="error",error_type="validation"`, growing(600));
        frontend("requests_total", `,status="error",error_type="internal"`, growing(0));
      } else frontend("requests_total", `,status="error"`, growing(0));
      for (const le of ["0.1", "1.0", "2.2", "4.7", "+Inf"])
        frontend("time_to_first_token_seconds_bucket", `,le="${le}"`, growing(le === "0.1" ? 100 : 600));
      frontend("time_to_first_token_seconds_count", "", growing(600));
    }
    for (const pod of poolsOf(graph).flatMap((pool) => podNames(name, pool))) {
      const target = `job="${namespace.name}/dynamo-worker",namespace="${namespace.name}",pod="${pod}"`;
      series[`up{${target}}`] = always(1);
      series[`dynamo_component_uptime_seconds{${target}}`] = growing(60);
    }
  }
  if (discovery.mode !== "nats-etcd") return series;
  const { nats, etcd } = discovery;
  for (let i = 0; i < (nats.external ? 0 : nats.replicas); i++) {
    const target = `job="${natsJob}",namespace="nats-system",pod="nats-${i}"`;
    const server = (metric: string, value: number, labels = "") => {
      series[`nats_${metric}{${target},server_id="nats-${i}"${labels}}`] = always(value);
    };
    series[`up{${target}}`] = always(1);
    server("healthz_status", 0);
    server("server_total_streams", 2, `,meta_leader="nats-0"`);
    server("varz_slow_consumers", 7);
    server("varz_connections", 4);
    server("varz_jetstream_stats_storage", 100);
    server("varz_jetstream_config_max_storage", 1_000);
  }
  for (let i = 0; i < (etcd.external ? 0 : etcd.replicas); i++) {
    const target = `job="${etcdJob}",namespace="etcd-system",pod="etcd-${i}"`;
    series[`up{${target}}`] = always(1);
    series[`etcd_server_has_leader{${target}}`] = always(1);
  }
  return series;
}

/** Graphs whose models the frontends of one list. */
function modelsOf({ name }: GraphConfig, graphs: readonly GraphConfig[]): GraphConfig[] {
  return graphs.filter((graph) => (graph.servedBy ?? graph.name) === name);
}

/** Pods of a component: the first as Grove names it, the others as a Deployment does. */
function podNames(
  graph: string,
  { name, replicas = 1 }: { name: string; replicas?: number | undefined },
): string[] {
  const component = name.toLowerCase();
  return Array.from({ length: replicas }, (_, i) =>
    i === 0 ? `${graph}-0-${component}-q7x2z` : `${graph}-${component}-7d9f6c5b48-${i}`,
  );
}
