import {
  AnnotationQueryBuilder,
  type Dashboard,
  QueryVariableBuilder,
  VariableRefresh,
  VariableSort,
} from "@grafana/grafana-foundation-sdk/dashboard";
import { deploymentName } from "../../config/names";
import type { Runtime } from "../../config/runtime/runtime";
import { frontendJobs, graphInPod, podPattern, workerJobs } from "../../plan/monitoring/selectors";
import { dashboard } from "../dashboard";
import { datasource } from "../panel";
import { engineRow } from "./engines";
import { gpuRow } from "./gpus";
import { kvCacheRow } from "./kvCache";
import { latencyRow, tokenRow } from "./latency";
import type { Objectives } from "./objectives";
import { nowRow, requestRow } from "./requests";
import { workerRow } from "./workers";

interface DynamoDashboardOptions {
  /** Stays the same for ever. */
  readonly uid: string;
  readonly namespace: string;
  /** Names of the graphs' components, in lower case. */
  readonly frontends: readonly string[];
  readonly workers: readonly string[];
  /** Some metrics have other names in each release. */
  readonly runtime: Runtime;
  /** The strictest of the graphs': what all of them may be held to. */
  readonly objectives: Objectives;
}

/** The dashboard of a namespace's graphs: what their clients see, and what the workers do. */
export function dynamoDashboard(options: DynamoDashboardOptions): Dashboard {
  const { uid, namespace, runtime, objectives } = options;
  const [frontends, workers] = [options.frontends.join("|"), options.workers.join("|")];
  const labels = (components: string) =>
    `namespace=~"$namespace",pod=~"${podPattern("($graph)", components)}"`;
  const ofModel = `${labels(frontends)},model=~"$model"`;
  const scope = { frontends: labels(frontends), models: ofModel };
  return dashboard({
    title: `Dynamo inference (${namespace})`,
    uid,
    description: `Graphs of namespace ${namespace}. Their discovery mode is ${runtime.mode}.`,
    variables: variables(`${frontends}|${workers}`, namespace),
    annotations: [modeAnnotation(labels(frontends), frontends)],
    rows: [
      nowRow(scope, runtime, objectives),
      requestRow(scope, runtime, objectives),
      latencyRow(ofModel, objectives),
      tokenRow(ofModel),
      workerRow(labels(workers), workers),
      kvCacheRow(labels(frontends), labels(workers), runtime),
      ...(runtime.kvCacheMetrics === "kvstats" ? [] : [engineRow(labels(workers))]),
      gpuRow({ namespace: "$namespace", pod: podPattern("($graph)", workers) }),
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
  const natsEtcd = podPattern(deploymentName(".+", "nats-etcd"), components);
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
