/** Alerts on a graph. */

import { deploymentOf } from "../../config/deployment";
import type { GraphConfig } from "../../config/graph";
import { poolsOf } from "../../config/pools";
import type { StackConfig } from "../../config/schema";
import { isSince, type RuntimeLine } from "../../config/versions";
import type { Frontends } from "../graph/model";
import type { Alert, AlertGroup } from "./alerts";
import { burnRateAlerts } from "./burnRate";
import { frontendJobs, podsOf, workerJobs } from "./selectors";

/** Kinds of errors that are the client's own doing. Runtimes before 1.0 don't tell them apart. */
const clientErrors = "validation|not_found|cancelled|not_implemented";

/** Classes of failures, which frontends since 1.6 count, that are the client's own doing. */
const clientFailures = "InvalidRequest|NotFound|Cancelled";

/** @param by the frontends that serve the graph. */
export function graphAlerts(
  graph: GraphConfig,
  { discovery, platform, namespace }: StackConfig,
  by: Frontends,
  line: RuntimeLine,
): AlertGroup {
  const name = deploymentOf(graph, discovery.mode, platform.apiVersion);
  const pods = (deployment: string, components: readonly string[]) =>
    `namespace="${namespace.name}",pod=~"${podsOf(deployment, components.join("|").toLowerCase())}"`;
  const frontends = pods(by.deployment, [by.component]);
  const workers = pods(
    name,
    poolsOf(graph).map((pool) => pool.name),
  );
  return {
    name: `graph-${name}`,
    namespace: namespace.name,
    graph: graph.name,
    alerts: [
      ...availability(graph, frontends, workers, line),
      // The frontends of another graph count its requests, and their alerts are that graph's.
      ...(graph.servedBy === undefined
        ? [...objectives(graph, frontends, line), ...load(graph, frontends)]
        : []),
    ],
  };
}

/** Frontends, workers, and whether they know each other. */
function availability(graph: GraphConfig, frontends: string, workers: string, line: RuntimeLine): Alert[] {
  const { name, readyTimeout } = graph;
  const pools = poolsOf(graph);
  // A scaler or the planner may bring them down to its least.
  const least = pools
    .map(({ replicas = 1, scaling }) => scaling?.min ?? (graph.planner ? 1 : replicas))
    .reduce((sum, replicas) => sum + replicas, 0);
  const nodes = Math.max(...pools.map((pool) => pool.nodes));
  const upFrontends = `up{job=~"${frontendJobs}",${frontends}}`;
  const upWorkers = `up{job=~"${workerJobs}",${workers}}`;
  // What older frontends tell of a model stays when it goes: there only one that never came is seen.
  const knownModels = isSince(line, "1.6")
    ? `sum(dynamo_frontend_model_ready{${frontends}})`
    : `count(dynamo_frontend_model_context_length{${frontends}})`;
  return [
    {
      name: "DynamoNoFrontend",
      severity: "critical",
      expr: `sum(${upFrontends}) == 0`,
      for: "2m",
      summary: `graph ${name} has no frontend that answers`,
      description: "No request reaches the graph.",
    },
    {
      name: "DynamoNoWorker",
      severity: "critical",
      expr: `sum(${upWorkers}) == 0`,
      for: "2m",
      summary: `graph ${name} has no worker that answers`,
      description: "Every request fails: the frontend has nobody to send it to.",
    },
    {
      name: "DynamoWorkersMissing",
      severity: "warning",
      expr: `sum(${upWorkers}) < ${least}`,
      for: "15m",
      summary: `graph ${name} has {{ $value }} of ${least}${nodes > 1 ? ` workers of ${nodes} nodes` : " workers"}`,
      description: "The others have less time for each request, and GPUs may be paid for and idle.",
    },
    {
      name: "DynamoMetricsMissing",
      severity: "critical",
      expr: `absent(${upFrontends}) or absent(${upWorkers})`,
      for: "5m",
      summary: `Prometheus knows no frontend or no worker of graph ${name}`,
      description: "Its pods are gone, or no PodMonitor selects them: what they do is not known.",
    },
    {
      name: "DynamoDiscoveryMismatch",
      severity: "critical",
      expr: `max(dynamo_component_uptime_seconds{${workers}}) > ${seconds(readyTimeout)} and on () (${knownModels} or vector(0)) == 0 and on () sum(${upFrontends}) > 0`,
      for: "5m",
      summary: `graph ${name} has workers for longer than a model takes to load, and no frontend knows of them`,
      description:
        "Frontends list no model, so every request fails. Frontends and workers discover each other in different ways, or can't.",
    },
  ];
}

function objectives({ name, objectives: slo }: GraphConfig, frontends: string, line: RuntimeLine): Alert[] {
  const rate = (metric: string, labels: string, window: string) =>
    `sum(rate(dynamo_frontend_${metric}{${frontends}${labels}}[${window}]))`;
  const failedShare = (window: string) => {
    if (!isSince(line, "1.6"))
      return `${rate("requests_total", `,status!="success",error_type!~"${clientErrors}"`, window)} / ${rate("requests_total", "", window)}`;
    // From 1.6 requests that no worker was there for are only among the failures, and others are among both.
    const all = `(${rate("requests_total", ',status="success"', window)} or vector(0)) + ${rate("failures_total", "", window)}`;
    return `${rate("failures_total", `,class!~"${clientFailures}"`, window)} / (${all})`;
  };
  return [
    ...burnRateAlerts({
      name: "DynamoErrorBudgetBurn",
      share: slo.availability,
      bad: failedShare,
      summary: `graph ${name} fails too many requests for its objective of ${percent(slo.availability)}`,
      description: "{{ $value | humanizePercentage }} of its requests fail.",
    }),
    ...burnRateAlerts({
      name: "DynamoFirstTokenSlow",
      share: slo.fastRequests,
      bad: (window) =>
        `1 - ${rate("time_to_first_token_seconds_bucket", `,le=~"${slo.timeToFirstToken}(\\\\.0)?"`, window)} / ${rate("time_to_first_token_seconds_count", "", window)}`,
      summary: `graph ${name} answers too slowly for its objective of ${percent(slo.fastRequests)} within ${slo.timeToFirstToken} s`,
      description: `{{ $value | humanizePercentage }} of its requests wait longer than ${slo.timeToFirstToken} s for the first token.`,
    }),
  ];
}

function load({ name, frontend }: GraphConfig, frontends: string): Alert[] {
  const queued = `sum(dynamo_frontend_queued_requests{${frontends}})`;
  return [
    {
      name: "DynamoQueueGrowing",
      severity: "warning",
      expr: `${queued} > ${10 * frontend.replicas} and deriv(${queued}[10m:30s]) > 0`,
      for: "10m",
      summary: `{{ $value }} requests wait for their first token at graph ${name}, and more come than go`,
      description: "The workers can't keep up: waiting times grow until clients give up.",
    },
  ];
}

const percent = (share: number) => `${Number((share * 100).toFixed(4))}%`;

/** Seconds of a duration such as "30m". */
function seconds(duration: string): number {
  const units = { s: 1, m: 60, h: 3600 };
  return Number.parseInt(duration, 10) * units[duration.at(-1) as keyof typeof units];
}
