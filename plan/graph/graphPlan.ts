/** What a graph of the config becomes. */
import { deploymentOf } from "../../config/deployment";
import type { GraphConfig } from "../../config/graph";
import { totalGpus } from "../../gpus/arithmetic";
import { type ComponentPlan, componentPlans } from "./component";
import { runtimeImage } from "./frontend";
import type { FrontendPlan } from "./frontendService";
import { graphOf } from "./graph";
import { type DynamoModelPlan, dynamoModels } from "./loras";
import { type DynamoGraphDeployment, dynamoGraphDeployment, withoutEmptyLists } from "./manifest";
import type { Frontends, GraphContext } from "./model";
import { type DownloadJobPlan, downloadJob, type ModelCacheClaimPlan, modelCacheClaimOf } from "./modelCache";
import { type Readiness, readinessOf } from "./readiness";
import { type ScalerPlan, scalersOfGraph } from "./scaling";
import { transform } from "./transform";

export interface GraphPlan {
  /** Name in the config. The deployment's may differ: it carries mode and shape. */
  readonly name: string;
  readonly model: string;
  readonly deployment: DynamoGraphDeployment;
  /** The deployment's name in the other mode. */
  readonly inOtherMode: string;
  readonly components: readonly ComponentPlan[];
  /** At full scale. */
  readonly gpus: number;
  /** Name of the graph whose frontends serve it; undefined where its own do. */
  readonly servedBy: string | undefined;
  /** Undefined where another graph's frontends serve it. */
  readonly frontend: FrontendPlan | undefined;
  readonly modelCache: ModelCacheClaimPlan | undefined;
  readonly download: DownloadJobPlan | undefined;
  readonly scalers: readonly ScalerPlan[];
  readonly loras: readonly DynamoModelPlan[];
  readonly objectives: GraphConfig["objectives"];
  /** How long to wait for Ready, as "30m". */
  readonly readyTimeout: string;
  /** When it is Ready. */
  readonly readiness: Readiness;
  /** Why it may not be made; empty where it may. */
  readonly mistakes: readonly string[];
}

export function planGraph(config: GraphConfig, context: GraphContext, frontends: Frontends): GraphPlan {
  const { name, model, servedBy, frontend, objectives, readyTimeout } = config;
  const { namespace, mode, apiVersion, line } = context;
  const graph = graphOf(config, context);
  const components = componentPlans(config, graph);
  const { deployment, mistakes } = transform(
    dynamoGraphDeployment(graph, apiVersion, line),
    config.transform,
  );
  return {
    name,
    model,
    deployment: withoutEmptyLists(deployment),
    inOtherMode: deploymentOf(config, mode === "kubernetes" ? "nats-etcd" : "kubernetes", apiVersion),
    components,
    gpus: totalGpus(components.map(({ gpus }) => gpus)),
    servedBy,
    frontend:
      servedBy === undefined
        ? { graph: name, namespace, deployment: graph.name, expose: frontend.expose }
        : undefined,
    modelCache: modelCacheClaimOf(config, namespace),
    download: downloadJob(config, namespace, runtimeImage(config, context)),
    scalers: scalersOfGraph(config, graph, context, frontends),
    loras: dynamoModels(config, graph),
    objectives,
    readyTimeout,
    readiness: readinessOf(graph, apiVersion, line),
    mistakes,
  };
}
