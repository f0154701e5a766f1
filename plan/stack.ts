/** Everything that a stack will make, decided before anything is made. */
import { deploymentOf } from "../config/deployment";
import type { GraphConfig } from "../config/graph";
import type { StackConfig } from "../config/schema";
import { type RuntimeLine, runtimeLine } from "../config/versions";
import { advise } from "./advice";
import { adviseOnBudget, type GpuSummary, overBudget, summariseGpus } from "./budget";
import { type DiscoveryPlanePlan, discoveryPlane } from "./discoveryPlane";
import { type GraphPlan, planGraph } from "./graph/graphPlan";
import type { Frontends, GraphContext } from "./graph/model";
import type { AlertGroup } from "./monitoring/alerts";
import { graphAlerts } from "./monitoring/graphAlerts";
import { graphPodMonitors, type PodMonitorPlan } from "./monitoring/podMonitors";
import { type DeployedGraphs, planSwitchover, type SwitchoverPlan } from "./switchover";

export interface StackPlan {
  readonly namespace: StackConfig["namespace"];
  readonly discovery: DiscoveryPlanePlan;
  readonly graphs: readonly GraphPlan[];
  /** Release line of the runtime. */
  readonly line: RuntimeLine;
  /** How graphs that are there are replaced. */
  readonly switchover: SwitchoverPlan;
  readonly podMonitors: readonly PodMonitorPlan[];
  readonly alerts: readonly AlertGroup[];
  /** Names of the Secrets with HF_TOKEN that the graphs refer to. */
  readonly huggingFaceSecrets: readonly string[];
  readonly gpus: GpuSummary;
  /** Why nothing of this may be made; empty where it may. */
  readonly refusals: readonly string[];
  /** What the platform must fulfil, and what may be unwise. */
  readonly warnings: readonly string[];
}

/**
 * The plan of a config.
 * @param deployed graphs that the stack has now; none where that is not known.
 * @throws RangeError for a runtime that the config refuses.
 */
export function planStack(config: StackConfig, deployed: DeployedGraphs = {}): StackPlan {
  const { namespace, runtime } = config;
  const line = runtimeLine(runtime.version);
  if (line === undefined) throw new RangeError(`runtime ${runtime.version} is not known`);
  const discovery = discoveryPlane(config, line);
  const context = graphContext(config, discovery, line);
  const frontends = (graph: GraphConfig) => frontendsOf(graph, config);
  const graphs = config.graphs.map((graph) => {
    const { router } = ownerOf(graph, config);
    return planGraph({ ...graph, router }, context, frontends(graph));
  });
  const secrets = config.graphs.flatMap(({ huggingFaceSecret }) => huggingFaceSecret ?? []);
  const gpus = summariseGpus(config.budget, graphs);
  const switchover = planSwitchover(config, deployed, graphs);
  return {
    namespace,
    discovery,
    graphs,
    line,
    switchover,
    podMonitors: [...discovery.podMonitors, ...graphPodMonitors(config, line)],
    alerts: [
      ...discovery.alerts,
      ...config.graphs.map((graph) => graphAlerts(graph, config, frontends(graph), line)),
    ],
    huggingFaceSecrets: [...new Set(secrets)],
    gpus,
    refusals: [overBudget(gpus), switchover.refusal, ...graphs.flatMap(mistakesOf)].filter(
      (reason) => reason !== undefined,
    ),
    warnings: [...discovery.wiring.warnings, ...adviseOnBudget(gpus, graphs), ...advise(config, graphs)],
  };
}

function mistakesOf({ name, mistakes }: GraphPlan): string[] {
  return mistakes.map((mistake) => `graph ${name}: ${mistake}`);
}

function graphContext(config: StackConfig, discovery: DiscoveryPlanePlan, line: RuntimeLine): GraphContext {
  const { namespace, runtime, platform, monitoring, graphs } = config;
  return {
    namespace: namespace.name,
    registry: runtime.registry,
    version: runtime.version,
    line,
    mode: discovery.mode,
    discovery,
    apiVersion: platform.apiVersion,
    orchestrator: platform.orchestrator,
    // The name of the Service that Prometheus' operator makes.
    prometheus: monitoring.prometheus ?? `http://prometheus-operated.${monitoring.namespace}:9090`,
    shared: new Set(graphs.flatMap(({ servedBy }) => servedBy ?? [])),
  };
}

/** The graph whose frontends serve a graph: itself, or another. */
function ownerOf(graph: GraphConfig, { graphs }: StackConfig): GraphConfig {
  return graphs.find(({ name }) => name === graph.servedBy) ?? graph;
}

function frontendsOf(graph: GraphConfig, config: StackConfig): Frontends {
  const owner = ownerOf(graph, config);
  const deployment = deploymentOf(owner, config.discovery.mode, config.platform.apiVersion);
  const isShared = config.graphs.some(({ servedBy }) => servedBy === owner.name);
  return {
    deployment,
    component: owner.frontend.name,
    // As the operator names that of a component with globalDynamoNamespace.
    dynamoNamespace: isShared ? "dynamo" : `${config.namespace.name}-${deployment}`,
    models: isShared ? [graph.model, ...graph.loras.map(({ name }) => name)] : undefined,
  };
}
