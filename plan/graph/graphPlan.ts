import { type GraphConfig, servedName } from "../../config/graph";
import type { ReleaseLine } from "../../config/runtime/release";
import { totalGpus } from "../../gpus/arithmetic";
import type { EngineMemory } from "../../gpus/memory/engineMemory";
import { asAdopted } from "./adopted";
import { gpusOfComponent } from "./componentGpus";
import { inferencePoolName } from "./endpointPicker";
import type { FrontendPlan } from "./frontendService";
import type { Frontends } from "./frontends";
import { graphOf } from "./graph";
import { runtimeImage } from "./image";
import { type DynamoModelPlan, dynamoModels } from "./loras";
import { type DynamoGraphDeployment, dynamoGraphDeployment, withoutEmptyLists } from "./manifest";
import { graphMemory } from "./memory";
import type { Component, GraphContext, ObjectBefore } from "./model";
import { type DownloadJobPlan, downloadJob, type ModelCacheClaimPlan, modelCacheClaimOf } from "./modelCache";
import { type Readiness, readinessOf } from "./readiness";
import { planScalers, type ScalerPlan } from "./scaling";
import { transform } from "./transform";

/** The plan of a graph: all that anything else asks of a graph is here. */
export interface GraphPlan {
  /** Name in the config. The deployment's may differ: it carries mode and shape. */
  readonly name: string;
  readonly namespace: string;
  /** Name by which clients ask for the model. */
  readonly model: string;
  /** The model whose weights it serves, as the config names it. */
  readonly source: string;
  /** Names by which clients ask for it: the model's and its adapters'. */
  readonly models: readonly string[];
  readonly deployment: DynamoGraphDeployment;
  /** Whether it is one that ran before the stack had it. */
  readonly isAdopted: boolean;
  /** The deployment's name in the other mode. */
  readonly inOtherMode: string;
  readonly components: readonly Component[];
  /** GPUs at full scale. */
  readonly gpus: number;
  /** Name of the graph whose frontends serve it; undefined where its own do. */
  readonly servedBy: string | undefined;
  /** The frontends that serve it. */
  readonly frontends: Frontends;
  /** Who may reach its own frontends; undefined where another graph's serve it. */
  readonly frontend: FrontendPlan | undefined;
  readonly modelCache: ModelCacheClaimPlan | undefined;
  readonly download: DownloadJobPlan | undefined;
  /** Directory of the nodes that keeps its models; undefined without `modelCache.hostPath`. */
  readonly cacheDirectory: string | undefined;
  /** Objects that its pods need before they start, beside the cache. */
  readonly before: readonly ObjectBefore[];
  readonly scalers: readonly ScalerPlan[];
  readonly loras: readonly DynamoModelPlan[];
  readonly huggingFaceSecret: string | undefined;
  readonly objectives: GraphConfig["objectives"];
  /** Time to wait for Ready, as "30m". */
  readonly readyTimeout: string;
  /** Conditions on which it is ready. */
  readonly readiness: Readiness;
  /** Release line of its operator, which is taken for the runtime's. */
  readonly operatorLine: ReleaseLine;
  /** Whether a component has a scaling adapter also where nothing scales it. */
  readonly adaptersStay: boolean;
  /** Memory of its engines. */
  readonly memory: readonly EngineMemory[];
  /** Reasons why it may not be made; empty where it may. */
  readonly mistakes: readonly string[];
}

/** Plans a graph of the config. */
export function planGraph(config: GraphConfig, context: GraphContext): GraphPlan {
  const { name, loras, servedBy, frontend, objectives, readyTimeout } = config;
  const { namespace, runtime, apiVersion, inOtherMode, frontends } = context;
  const graph = graphOf(config, context);
  const model = servedName(config);
  const models = [model, ...loras.map((lora) => lora.name)];
  const { deployment: made, mistakes } = transform(
    dynamoGraphDeployment(graph, apiVersion, runtime),
    config.transform,
    runtime,
  );
  const { deployment, mistakes: unlike } = asAdopted(made, config.adopted);
  const memory = graphMemory(config, deployment, context.gpuMemory);
  return {
    name,
    namespace,
    model,
    source: config.model,
    models,
    deployment: withoutEmptyLists(deployment),
    isAdopted: deployment.metadata.name === config.adopted?.deployment,
    inOtherMode,
    components: graph.components,
    gpus: totalGpus(graph.components.map(gpusOfComponent)),
    servedBy,
    frontends,
    frontend:
      servedBy === undefined
        ? {
            graph: name,
            namespace,
            deployment: graph.name,
            pool: config.endpointPicker && inferencePoolName(graph.name),
            expose: frontend.expose,
          }
        : undefined,
    modelCache: modelCacheClaimOf(config, namespace),
    download: downloadJob(config, context, runtimeImage(config, context)),
    cacheDirectory: config.modelCache?.hostPath,
    before: onceEach(graph.components.flatMap(({ before }) => before)),
    scalers: planScalers(graph, models, context),
    loras: dynamoModels(config, graph),
    huggingFaceSecret: config.huggingFaceSecret,
    objectives,
    readyTimeout,
    readiness: readinessOf(graph, apiVersion, runtime),
    operatorLine: runtime.releaseLine,
    memory,
    adaptersStay: runtime.scalingAdapters === "always",
    mistakes: [...mistakes, ...unlike, ...memory.flatMap(({ uneven = [] }) => uneven)],
  };
}

/** Objects without those that several components need. */
const onceEach = (objects: readonly ObjectBefore[]) => [
  ...new Map(objects.map((object) => [`${object.kind} ${object.metadata.name}`, object])).values(),
];
