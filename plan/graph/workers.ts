import { type GraphConfig, servedName } from "../../config/graph";
import type { Pool } from "../../config/pools";
import type { EngineWorker } from "../engines/engine";
import { argsOf, engineConfigMap } from "../engines/engineConfig";
import { engines } from "../engines/engines";
import { launch } from "../engines/launch";
import type { EnvVar } from "../envVar";
import { claimsOf } from "./claims";
import { frontendSidecar } from "./endpointPicker";
import { runtimeImage } from "./image";
import type { Component, GraphContext } from "./model";
import { cacheMount } from "./modelCache";
import { podsOf } from "./podSettings";
import { kvEventsOf } from "./router";

/** A component of workers. */
export function workerComponent(graph: GraphConfig, pool: Pool, context: GraphContext): Component {
  const { gpus, nodes, pipelineParallel, dataParallel, replicas = 1, scaling, role } = pool;
  const { runtime, deployment, frontends } = context;
  const engine = engines[graph.backend];
  const worker: EngineWorker = {
    graph,
    pool,
    runtime,
    tensorParallel: pool.tensorParallel ?? (gpus * nodes) / pipelineParallel / dataParallel,
    kvEvents: kvEventsOf(frontends, runtime),
  };
  const settings = engine.file?.(worker);
  const file = settings && engineConfigMap(deployment, context.namespace, pool.name, settings);
  const all = [
    ...engine.args(worker),
    ...(pool.gpuMemoryService ? ["--load-format", "gms"] : []), // the engine's own, before those of the config
    ...(engine.file ? [] : argsOf(pool.engineConfig)),
    ...(pool.args ?? []),
  ];
  const args = engine.together?.(all) ?? all;
  const modelGpus = worker.tensorParallel * pipelineParallel;
  const cache = cacheMount(graph);
  const devices = claimsOf(pool, context);
  const { rdma } = graph.kvTransfer;
  const isPlanned = graph.planner !== undefined;
  return {
    name: pool.name,
    role,
    replicas: scaling || isPlanned ? undefined : replicas,
    range: { min: scaling?.min ?? (isPlanned ? 1 : replicas), max: scaling?.max ?? replicas },
    scaling,
    nodes,
    gpus: {
      resource: pool.gpuMemoryService?.deviceClass ?? pool.gpuDeviceClass ?? pool.gpuResource,
      perPod: gpus,
      areClaimed: pool.gpuDeviceClass !== undefined,
      ...(pool.gpuMemoryService && { askedAs: pool.gpuResource }),
    },
    memoryService: pool.gpuMemoryService?.deviceClass,
    checkpoint: pool.checkpoint,
    extraGpus: pool.checkpoint && pool.checkpoint.checkpointRef === undefined ? gpus : 0,
    natsClient: isNatsClient(worker),
    globalDynamoNamespace: false,
    baseModel: graph.loras.length > 0 ? servedName(graph) : undefined,
    envFromSecret: graph.huggingFaceSecret,
    sidecar: frontendSidecar(graph, context),
    before: [...(file ? [file.object] : []), ...devices.objects],
    ...podsOf(pool, {
      context,
      component: pool.name,
      env: [...(engine.env?.(worker) ?? []), ...transferEnv(graph, pool), ...cache.env],
      capabilities: rdma ? ["IPC_LOCK"] : [], // RDMA pins the memory that it reads
      claims: devices.claims,
      volumes: [...cache.volumes, ...(file ? [file.volume] : [])],
      volumeMounts: [...cache.volumeMounts, ...(file ? [file.volumeMount] : [])],
      container: {
        image: runtimeImage(graph, context, pool.image),
        ...launch(
          { backend: graph.backend, module: engine.module, args, nodes, gpus, setup: pool.setup, modelGpus },
          runtime,
        ),
        ...((rdma || pool.devices) && {
          devices: { ...(rdma && { [rdma.resource]: rdma.devices }), ...pool.devices },
        }),
      },
    }),
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
