/** What a graph of the config becomes. */
import type { ExposeConfig, GraphConfig, ModelCacheConfig } from "../config/schema";
import type { RuntimeLine } from "../config/versions";
import { type ComponentPlan, planComponent } from "./component";
import {
  type DynamoGraphDeployment,
  dynamoGraphDeployment,
  type GraphContext,
} from "./dynamoGraphDeployment";
import { totalGpus } from "./gpus/arithmetic";
import { readinessOf } from "./readiness";

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

export function planGraph(graph: GraphConfig, context: GraphContext, line: RuntimeLine): GraphPlan {
  const { name, frontend, workers, modelCache, readyTimeout } = graph;
  const components = [
    planComponent({
      graph: name,
      component: frontend.name,
      type: "frontend",
      replicas: frontend.replicas,
      nodes: 1,
      gpusPerPod: 0,
    }),
    planComponent({
      graph: name,
      component: workers.name,
      type: "worker",
      replicas: workers.replicas,
      nodes: workers.nodes,
      gpusPerPod: workers.gpus,
    }),
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
