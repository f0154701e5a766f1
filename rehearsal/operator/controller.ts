import type { KubernetesObject, V1Deployment } from "@kubernetes/client-node";
import type { ReleaseLine } from "../../config/runtime/release";
import {
  annotations,
  type GraphResource,
  labels,
  type OperatorRelease,
  servicesOf,
  workerHash,
} from "./graphResource";
import { connectOperator, kinds, type OperatorApi } from "./operatorApi";
import { WorkQueue } from "./queue";
import { claim, render, whyRefused } from "./render";
import { type Rollout, rollout } from "./rollout";
import { failure, nextStatus, type Outcome, observe } from "./status";
import { startWebhook } from "./webhook";

interface OperatorOptions {
  /** Path of a kubeconfig file whose current context is the cluster. */
  kubeconfig: string;
  release: OperatorRelease;
  /** Release line whose rules on updates its webhook has; 0.7 has none. @default the release */
  line?: ReleaseLine;
  /** Address that pods get as ETCD_ENDPOINTS. @default none */
  etcdAddress?: string;
}

const finalizer = "nvidia.com/finalizer";

const now = (): string => new Date().toISOString().replace(/\.\d+/, "");

/**
 * Runs the stand-in for the Dynamo operator. It makes what `render` says of the DynamoGraphDeployments of all namespaces
 * and keeps their status; the CRDs must be installed before. What goes wrong with a graph is reported by its status, and
 * tried again. Other than the real 0.8 operator it does not hang where etcd does not answer.
 */
export async function startOperator(options: OperatorOptions): Promise<{ stop(): Promise<void> }> {
  const { kubeconfig, release, line = release } = options;
  const cluster = await connectOperator(kubeconfig);
  const webhook = await startWebhook(kubeconfig, line);
  const queue = new WorkQueue((key) => {
    const [namespace = "", name = ""] = key.split("/");
    return reconcile(cluster, options, namespace, name);
  });
  const watch = await cluster.watch((namespace, name) => queue.add(`${namespace}/${name}`));
  return {
    async stop() {
      await watch.stop();
      await queue.stop();
      await webhook.stop();
    },
  };
}

async function reconcile(
  cluster: OperatorApi,
  options: OperatorOptions,
  namespace: string,
  name: string,
): Promise<void> {
  const { release } = options;
  const seen = await cluster.read<GraphResource>(kinds.graph, namespace, name);
  if (!seen) return unpin(cluster, namespace, name);
  const { deletionTimestamp, finalizers = [] } = seen.metadata;
  if (deletionTimestamp) {
    // Operator 0.8 remakes what the garbage collector takes from a graph that is deleted in the foreground.
    const remakes = release === "0.8" && finalizers.includes("foregroundDeletion") && !whyRefused(seen);
    if (remakes) await make(cluster, options, seen);
    if (finalizers.includes(finalizer)) await cluster.patch(seen, withoutFinalizer(seen));
    return;
  }

  if (await obeyScalingAdapters(cluster, seen, release)) return; // the change comes by the watch
  const deployments = await cluster.labelled<V1Deployment>(kinds.deployment, namespace, name);
  // Those of an earlier graph of the same name go first; the watch shows when.
  if (deployments.some((deployment) => !isOwn(seen, deployment))) return;
  const progress = release === "1.4" ? rollout(seen, deployments, now()) : undefined;
  const running = progress?.status.phase === "InProgress" ? progress : undefined;
  const graph = await mark(cluster, seen, release === "1.4" && !running);
  let outcome: Outcome;
  let error: unknown;
  try {
    outcome = await make(cluster, options, graph, running);
  } catch (caught) {
    error = caught;
    outcome = failure(graph, caught instanceof Error ? caught.message : String(caught), release);
  }
  const status = nextStatus(graph, outcome, progress?.status, release, now());
  if (status) await cluster.updateStatus({ ...graph, status });
  if (error) throw error;
}

/**
 * The operator takes the replicas of a scaling adapter for the truth, and sets those of the graph. That of 0.8 does so unless
 * it happens to see the graph before the adapter; this one always.
 *
 * @returns whether the graph had other replicas
 */
async function obeyScalingAdapters(
  cluster: OperatorApi,
  graph: GraphResource,
  release: OperatorRelease,
): Promise<boolean> {
  if (!cluster.hasScalingAdapters) return false;
  const { name, namespace } = graph.metadata;
  const adapters = await cluster.labelled<ScalingAdapter>(kinds.scalingAdapter, namespace, name);
  const wrong = adapters.filter(({ spec }) => {
    const component = graph.spec.services?.[spec.dgdRef.serviceName];
    if (component === undefined || (release !== "0.8" && !component.scalingAdapter?.enabled)) return false;
    return spec.replicas !== (component.replicas ?? 1);
  });
  if (wrong.length === 0) return false;
  await cluster.scale(
    graph,
    Object.fromEntries(wrong.map(({ spec }) => [spec.dgdRef.serviceName, spec.replicas])),
  );
  return true;
}

interface ScalingAdapter extends KubernetesObject {
  readonly spec: { readonly dgdRef: { readonly serviceName: string }; readonly replicas: number };
}

/** Gives the graph the finalizer and, where its workers are of one generation, the annotation that names that. */
async function mark(cluster: OperatorApi, graph: GraphResource, settled: boolean): Promise<GraphResource> {
  const { finalizers = [], annotations: noted = {}, resourceVersion } = graph.metadata;
  const hash = settled ? workerHash(graph) : noted[annotations.workerHash];
  if (finalizers.includes(finalizer) && noted[annotations.workerHash] === hash) return graph;
  const metadata = {
    resourceVersion,
    finalizers: [...new Set([...finalizers, finalizer])],
    ...(hash && { annotations: { [annotations.workerHash]: hash } }),
  };
  return cluster.patch(graph, { metadata });
}

async function make(
  cluster: OperatorApi,
  { release, etcdAddress }: OperatorOptions,
  graph: GraphResource,
  running?: Rollout,
): Promise<Outcome> {
  await ensureClaims(cluster, graph, release);
  const { hasScalingAdapters: scalingAdapters } = cluster;
  const wanted = render(graph, { release, etcdAddress, scalingAdapters, workerReplicas: running?.replicas });
  const deployments: V1Deployment[] = [];
  const { namespace } = graph.metadata;
  for (const object of release === "0.8" ? servicesPinned(wanted) : wanted) {
    const { kind, metadata: { name = "" } = {} } = object;
    const isAdapter = kind === kinds.scalingAdapter.kind;
    if (isAdapter && (await cluster.read(kinds.scalingAdapter, namespace, name))) continue; // its replicas are its own
    const applied = await cluster.apply(object);
    if (object.kind === "Deployment") deployments.push(applied);
  }
  const refused = whyRefused(graph);
  if (refused) throw new Error(refused);
  if (!running) {
    await removeStale(cluster, graph, wanted);
    return observe(graph, deployments, release);
  }
  for (const { deployment, replicas } of running.old) {
    deployments.push(await cluster.patch(deployment, { spec: { replicas } }));
  }
  const { services } = observe(graph, deployments, release);
  const message = "Rolling update in progress";
  return { state: "pending", reason: "rolling_update_in_progress", message, services };
}

async function ensureClaims(
  cluster: OperatorApi,
  graph: GraphResource,
  release: OperatorRelease,
): Promise<void> {
  for (const request of graph.spec.pvcs ?? []) {
    const wanted = claim(graph, request);
    if (await cluster.read(kinds.claim, graph.metadata.namespace, request.name)) continue;
    if (!request.create) {
      const missing = `PersistentVolumeClaim "${request.name}" not found`;
      const legacy = `legacy top-level PVC "${request.name}" does not exist and create is not enabled: `;
      throw new Error(`failed to reconcile top-level PVCs: ${release === "1.4" ? legacy : ""}${missing}`);
    }
    await cluster.apply(wanted);
  }
}

const isOwn = ({ metadata: { uid } }: GraphResource, { metadata }: KubernetesObject): boolean =>
  (metadata?.ownerReferences ?? []).some((owner) => owner.uid === uid);

/**
 * Removes what the graph no longer wants. What belongs to a component that the graph no longer names stays, as it does
 * with the real operators, unless that is a scaling adapter or a worker of 1.4.
 */
async function removeStale(
  cluster: OperatorApi,
  graph: GraphResource,
  wanted: readonly KubernetesObject[],
): Promise<void> {
  const { namespace, name } = graph.metadata;
  const named = new Set(servicesOf(graph).map(([component]) => component));
  const adapters = cluster.hasScalingAdapters ? [kinds.scalingAdapter] : [];
  for (const kind of [kinds.deployment, kinds.service, ...adapters]) {
    const kept = wanted.filter((object) => object.kind === kind.kind).map(({ metadata }) => metadata?.name);
    for (const child of await cluster.labelled(kind, namespace, name)) {
      const { [labels.component]: component = "", [labels.workerHash]: hash } = child.metadata?.labels ?? {};
      const isLeftBehind = kind !== kinds.scalingAdapter && !hash && !named.has(component);
      if (isOwn(graph, child) && !kept.includes(child.metadata?.name) && !isLeftBehind)
        await cluster.remove(child);
    }
  }
}

/**
 * The objects, with the Services held by a finalizer until their graph is gone, so that the garbage collector can't find
 * a graph that is deleted in the foreground without children. The real operator 0.8 wins that race by speed.
 */
function servicesPinned(objects: readonly KubernetesObject[]): KubernetesObject[] {
  return objects.map((object) =>
    object.kind === kinds.service.kind
      ? { ...object, metadata: { ...object.metadata, finalizers: [finalizer] } }
      : object,
  );
}

async function unpin(cluster: OperatorApi, namespace: string, graph: string): Promise<void> {
  for (const service of await cluster.labelled(kinds.service, namespace, graph)) {
    if (service.metadata?.finalizers?.includes(finalizer))
      await cluster.patch(service, withoutFinalizer(service));
  }
}

const withoutFinalizer = ({ metadata }: KubernetesObject) => ({
  metadata: { finalizers: metadata?.finalizers?.filter((other) => other !== finalizer) },
});
