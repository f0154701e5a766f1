/** Everything that a stack will make, decided before anything is made. */
import type { ExposeConfig, GraphConfig, ModelCacheConfig, StackConfig } from "../config/schema";
import { type RuntimeLine, runtimeLine } from "../config/versions";
import { advise } from "./advice";
import { type DiscoveryPlanePlan, discoveryPlane } from "./discoveryPlane";
import {
  type DynamoGraphDeployment,
  dynamoGraphDeployment,
  type GraphContext,
} from "./dynamoGraphDeployment";
import { gpusOf, totalGpus } from "./gpus";
import { graphPodMonitors, type PodMonitorPlan } from "./podMonitors";
import { readinessOf } from "./readiness";

export interface StackPlan {
  readonly namespace: StackConfig["namespace"];
  readonly discovery: DiscoveryPlanePlan;
  readonly graphs: readonly GraphPlan[];
  readonly podMonitors: readonly PodMonitorPlan[];
  /** Names of the Secrets with HF_TOKEN that the graphs refer to. */
  readonly huggingFaceSecrets: readonly string[];
  readonly gpus: number;
  /** What the platform must fulfil, and what may be unwise. */
  readonly warnings: readonly string[];
}

export interface GraphPlan {
  /** Name in the config. The deployment's may differ: it carries the mode. */
  readonly name: string;
  readonly deployment: DynamoGraphDeployment;
  readonly components: readonly ComponentPlan[];
  readonly gpus: number;
  readonly expose: ExposeConfig | undefined;
  readonly modelCache: ModelCacheConfig | undefined;
  /** How long to wait for Ready, as "30m". */
  readonly readyTimeout: string;
  /** What to wait for, as {@link readinessOf} says. */
  readonly readiness: readonly string[];
}

/** One line of the table of services. */
export interface ComponentPlan {
  readonly graph: string;
  readonly component: string;
  readonly type: "frontend" | "worker";
  readonly replicas: number;
  /** Pods of one replica, each on its own node. */
  readonly nodes: number;
  readonly gpusPerPod: number;
  readonly gpus: number;
}

/**
 * The plan of a config.
 * @throws RangeError for a runtime that the config refuses.
 */
export function planStack(config: StackConfig): StackPlan {
  const { namespace, runtime } = config;
  const line = runtimeLine(runtime.version);
  if (line === undefined) throw new RangeError(`runtime ${runtime.version} is not known`);
  const discovery = discoveryPlane(config.discovery, line);
  const context = { namespace: namespace.name, image: `${runtime.image}:${runtime.version}`, discovery };
  const graphs = config.graphs.map((graph) => planGraph(graph, context, line));
  const secrets = config.graphs.flatMap(({ huggingFaceSecret }) => huggingFaceSecret ?? []);
  return {
    namespace,
    discovery,
    graphs,
    podMonitors: [...discovery.podMonitors, ...(graphs.length > 0 ? graphPodMonitors(namespace.name) : [])],
    huggingFaceSecrets: [...new Set(secrets)],
    gpus: totalGpus(graphs.map((graph) => graph.gpus)),
    warnings: [...discovery.wiring.warnings, ...advise(config, graphs)],
  };
}

function planGraph(graph: GraphConfig, context: GraphContext, line: RuntimeLine): GraphPlan {
  const { name, frontend, workers, modelCache, readyTimeout } = graph;
  const components = [
    component(name, "frontend", { ...frontend, nodes: 1, gpus: 0 }),
    component(name, "worker", workers),
  ];
  return {
    name,
    deployment: dynamoGraphDeployment(graph, context),
    components,
    gpus: totalGpus(components.map(({ gpus }) => gpus)),
    expose: frontend.expose,
    modelCache,
    readyTimeout,
    readiness: readinessOf(components, line),
  };
}

function component(
  graph: string,
  type: ComponentPlan["type"],
  { name, replicas, nodes, gpus: perPod }: { name: string; replicas: number; nodes: number; gpus: number },
): ComponentPlan {
  return {
    graph,
    component: name,
    type,
    replicas,
    nodes,
    gpusPerPod: perPod,
    gpus: gpusOf({ perPod, nodes, replicas }),
  };
}
