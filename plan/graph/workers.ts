import type { GraphConfig } from "../../config/graph";
import type { PlacementConfig } from "../../config/placement";
import type { Pool } from "../../config/pools";
import type { EngineWorker } from "../engines/engine";
import { engines } from "../engines/engines";
import { launch } from "../engines/launch";
import type { EnvVar } from "../envVar";
import { runtimeImage } from "./frontend";
import { componentLabel, graphLabel } from "./labels";
import type { Component, GraphContext, PodSettings } from "./model";
import { modelCacheMountPath, modelCacheVolume } from "./modelCache";
import { kvEventsOf } from "./router";

/** A component of workers. */
export function workerComponent(graph: GraphConfig, pool: Pool, context: GraphContext): Component {
  const { gpus, nodes, pipelineParallel, dataParallel, placement, replicas = 1, scaling, role } = pool;
  const { runtime, deployment, frontends } = context;
  const engine = engines[graph.backend];
  const worker: EngineWorker = {
    graph,
    pool,
    runtime,
    tensorParallel: pool.tensorParallel ?? (gpus * nodes) / pipelineParallel / dataParallel,
    kvEvents: kvEventsOf(frontends, runtime),
  };
  const args = [...engine.args(worker), ...(pool.args ?? [])];
  const modelGpus = worker.tensorParallel * pipelineParallel;
  const volume = graph.modelCache && modelCacheVolume(graph.name, graph.modelCache);
  const env: EnvVar[] = [...(engine.env?.(worker) ?? []), ...transferEnv(graph, pool)];
  const { rdma } = graph.kvTransfer;
  const isPlanned = graph.planner !== undefined;
  return {
    name: pool.name,
    role,
    replicas: scaling || isPlanned ? undefined : replicas,
    range: { min: scaling?.min ?? (isPlanned ? 1 : replicas), max: scaling?.max ?? replicas },
    scaling,
    nodes,
    gpus: { resource: pool.gpuResource, perPod: gpus },
    extraGpus: 0,
    natsClient: isNatsClient(worker),
    globalDynamoNamespace: false,
    baseModel: graph.loras.length > 0 ? graph.model : undefined,
    envFromSecret: graph.huggingFaceSecret,
    container: {
      image: runtimeImage(graph, context),
      ...launch({ backend: graph.backend, module: engine.module, args, nodes, gpus, modelGpus }, runtime),
      ...(env.length > 0 && { env }),
      ...(volume && { volumeMounts: [{ name: volume.name, mountPath: modelCacheMountPath }] }),
      ...(rdma && {
        devices: { [rdma.resource]: rdma.devices },
        securityContext: { capabilities: { add: ["IPC_LOCK"] } }, // RDMA pins the memory that it reads
      }),
    },
    pod: { ...(volume && { volumes: [volume] }), ...placed(placement, deployment, pool.name) },
  };
}

/** Decode workers have no events to publish. */
function isNatsClient({ runtime, graph, pool, kvEvents }: EngineWorker): boolean {
  const { publishesByDefault } = engines[graph.backend];
  switch (runtime.natsWorkers) {
    case "none":
      return false;
    case "all":
      return true;
    case "publishers":
      return pool.role !== "decode" && (kvEvents === "published" || publishesByDefault?.(runtime) === true);
    default:
      return runtime.natsWorkers satisfies never;
  }
}

/** NIXL goes by UCX, whose transports are set by env. */
function transferEnv({ kvTransfer: { transports } }: GraphConfig, { role }: Pool): EnvVar[] {
  return transports && role !== "worker" ? [{ name: "UCX_TLS", value: transports.join(",") }] : [];
}

const topologyKeys = { node: "kubernetes.io/hostname", zone: "topology.kubernetes.io/zone" };

function placed(placement: PlacementConfig | undefined, deployment: string, component: string): PodSettings {
  if (placement === undefined) return {};
  const { gpuProduct, nodeSelector, tolerations, priorityClass, spread } = placement;
  const labels = {
    ...nodeSelector,
    ...(gpuProduct !== undefined && { "nvidia.com/gpu.product": gpuProduct }),
  };
  const matchLabels = {
    [graphLabel]: deployment,
    [componentLabel]: component,
  };
  return {
    ...(Object.keys(labels).length > 0 && { nodeSelector: labels }),
    ...(tolerations && { tolerations }),
    ...(priorityClass !== undefined && { priorityClassName: priorityClass }),
    ...(spread && {
      topologySpreadConstraints: [
        {
          maxSkew: 1,
          topologyKey: topologyKeys[spread],
          whenUnsatisfiable: "ScheduleAnyway",
          labelSelector: { matchLabels },
        },
      ],
    }),
  };
}
