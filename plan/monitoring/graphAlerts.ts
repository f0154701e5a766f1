import type { WorkerRole } from "../../config/pools";
import type { Runtime } from "../../config/runtime/runtime";
import { seconds } from "../duration";
import type { GraphPlan } from "../graph/graphPlan";
import { type Component, isWorkerRole } from "../graph/model";
import type { Alert, AlertGroup } from "./alerts";
import { burnRateAlerts } from "./burnRate";
import { requests } from "./requests";
import { frontendJobs, modelLabel, podPattern, workerJobs } from "./selectors";

/** Workers of one kind, and the series of whether they answer. */
interface Pool extends Component {
  readonly role: WorkerRole;
  readonly up: string;
}

/** The alerts on a graph. */
export function graphAlerts(graph: GraphPlan, runtime: Runtime): AlertGroup {
  const { name, namespace, frontends: by } = graph;
  const deployment = graph.deployment.metadata.name;
  const pods = (deployment: string, components: readonly string[]) =>
    `namespace="${namespace}",pod=~"${podPattern(deployment, components.join("|").toLowerCase())}"`;
  const frontends = pods(by.deployment, by.components);
  const pools = graph.components.flatMap((component): Pool[] => {
    const { role } = component;
    return isWorkerRole(role)
      ? [{ ...component, role, up: up(workerJobs, pods(deployment, [component.name])) }]
      : [];
  });
  const workers = pods(
    deployment,
    pools.map((pool) => pool.name),
  );
  const upFrontends = up(frontendJobs, frontends);
  return {
    name: `graph-${deployment}`,
    namespace,
    graph: name,
    alerts: [
      noFrontend(graph, upFrontends),
      ...pools.flatMap((pool) => workersOf(graph, pool)),
      {
        name: "DynamoMetricsMissing",
        severity: "critical",
        expr: [upFrontends, ...pools.map((pool) => pool.up)]
          .map((series) => `absent(${series})`)
          .join(" or "),
        for: "5m",
        summary: `Prometheus knows no frontend or no worker of graph ${name}`,
        description: "Its pods are gone, or no PodMonitor selects them: what they do is not known.",
      },
      discoveryMismatch(graph, workers, upFrontends, knownModels(graph, frontends, runtime)),
      // The frontends of another graph count its requests, and their alerts are that graph's.
      ...(graph.servedBy === undefined
        ? [...objectives(graph, frontends, runtime), ...load(graph, frontends)]
        : []),
    ],
  };
}

const up = (jobs: string, pods: string) => `up{job=~"${jobs}",${pods}}`;

/** None of them answers, and they are not new: before, their images are pulled and their processes start. */
function noneAnswers(up: string, readyTimeout: string): string {
  return `sum(${up}) == 0 and on () (max(max_over_time(${up}[${readyTimeout}])) == 1 or count(${up} offset ${readyTimeout}) > 0)`;
}

function noFrontend({ name, readyTimeout }: GraphPlan, up: string): Alert {
  return {
    name: "DynamoNoFrontend",
    severity: "critical",
    expr: noneAnswers(up, readyTimeout),
    for: "2m",
    summary: `graph ${name} has no frontend that answers`,
    description: "No request reaches the graph.",
  };
}

const kinds: Readonly<Record<WorkerRole, string>> = {
  worker: "worker",
  prefill: "prefill worker",
  decode: "decode worker",
};

/** Alerts on one pool: without prefill workers those that decode are of no use, and the reverse. */
function workersOf({ name, readyTimeout }: GraphPlan, pool: Pool): Alert[] {
  const { role, nodes, range, up, name: component } = pool;
  return [
    {
      name: "DynamoNoWorker",
      severity: "critical",
      component,
      expr: noneAnswers(up, readyTimeout),
      for: "2m",
      summary: `graph ${name} has no ${kinds[role]} that answers`,
      description: "Every request fails: the frontend has nobody to send it to.",
    },
    {
      name: "DynamoWorkersMissing",
      severity: "warning",
      component,
      expr: `sum(${up}) < ${range.min}`,
      for: "15m",
      summary: `graph ${name} has {{ $value }} of ${range.min} ${kinds[role]}s${nodes > 1 ? ` of ${nodes} nodes` : ""}`,
      description: "The others have less time for each request, and GPUs may be paid for and idle.",
    },
  ];
}

/**
 * PromQL of the frontends that know the model. Older ones keep a model that has gone: there only one that never came is seen.
 * Shared frontends know others too. Metrics may spell its name in lower case.
 */
function knownModels({ model, frontends: by }: GraphPlan, frontends: string, { modelGauge }: Runtime) {
  const labels = by.isShared ? `${frontends},${modelLabel([model])}` : frontends;
  const sum = { model_ready: "sum", model_context_length: "count" }[modelGauge];
  return `${sum}(dynamo_frontend_${modelGauge}{${labels}})`;
}

function discoveryMismatch(
  { name, readyTimeout }: GraphPlan,
  workers: string,
  upFrontends: string,
  known: string,
): Alert {
  return {
    name: "DynamoDiscoveryMismatch",
    severity: "critical",
    expr: `max(dynamo_component_uptime_seconds{${workers}}) > ${seconds(readyTimeout)} and on () (${known} or vector(0)) == 0 and on () sum(${upFrontends}) > 0`,
    for: "5m",
    summary: `graph ${name} has workers for longer than a model takes to load, and no frontend knows of them`,
    description:
      "Frontends don't list its model, so every request fails. Frontends and workers discover each other in different ways, or can't.",
  };
}

function objectives({ name, objectives: slo }: GraphPlan, frontends: string, runtime: Runtime): Alert[] {
  const inWindow = (window: string) => requests({ runtime, frontends, as: "increase", window });
  const firstTokens = (series: string, window: string) =>
    `sum(increase(dynamo_frontend_time_to_first_token_seconds_${series}[${window}]))`;
  const answered = (window: string) => firstTokens(`count{${frontends}}`, window);
  const inTime = (window: string) =>
    firstTokens(`bucket{${frontends},le=~"${slo.timeToFirstToken}(\\\\.0)?"}`, window);
  return [
    ...burnRateAlerts({
      name: "DynamoErrorBudgetBurn",
      share: slo.availability,
      bad: (window) => inWindow(window).failed,
      all: (window) => inWindow(window).all,
      summary: `graph ${name} fails too many requests for its objective of ${percent(slo.availability)}`,
      description: "{{ $value | humanizePercentage }} of its requests fail.",
    }),
    ...burnRateAlerts({
      name: "DynamoFirstTokenSlow",
      share: slo.fastRequests,
      bad: (window) => `(${answered(window)} - ${inTime(window)})`,
      all: answered,
      summary: `graph ${name} answers too slowly for its objective of ${percent(slo.fastRequests)} within ${slo.timeToFirstToken} s`,
      description: `{{ $value | humanizePercentage }} of its requests wait longer than ${slo.timeToFirstToken} s for the first token.`,
    }),
  ];
}

function load({ name, frontends: { replicas } }: GraphPlan, frontends: string): Alert[] {
  const queued = `sum(dynamo_frontend_queued_requests{${frontends}})`;
  return [
    {
      name: "DynamoQueueGrowing",
      severity: "warning",
      expr: `${queued} > ${10 * replicas} and deriv(${queued}[10m:30s]) > 0`,
      for: "10m",
      summary: `{{ $value }} requests wait for their first token at graph ${name}, and more come than go`,
      description: "The workers can't keep up: waiting times grow until clients give up.",
    },
  ];
}

const percent = (share: number) => `${Number((share * 100).toFixed(4))}%`;
