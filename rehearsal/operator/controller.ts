import type { KubernetesObject, V1Deployment } from "@kubernetes/client-node";
import type { ReleaseLine } from "../../config/runtime/release";
import type { Orchestrator } from "../../config/runtime/runtime";
import {
  ensureClaims,
  finalizer,
  isOwn,
  removeStale,
  servicesPinned,
  unpin,
  withoutFinalizer,
} from "./children";
import { annotations, type GraphResource, type OperatorRelease, workerHash } from "./graphResource";
import { connectOperator, kinds, type OperatorApi } from "./operatorApi";
import { isRolledByOperator, orchestratorOf } from "./orchestrator/choice";
import { countedComponents } from "./orchestrator/counts";
import { syncPods } from "./orchestrator/podSets";
import { orchestratedPods } from "./orchestrator/pods";
import { WorkQueue } from "./queue";
import { render, whyRefused } from "./render";
import { type Rollout, rollout } from "./rollout";
import { failure, nextStatus, type Outcome, observe } from "./status";
import { startWebhook } from "./webhook";

interface OperatorOptions {
  /** Path of a kubeconfig file whose current context is the cluster. */
  kubeconfig: string;
  release: OperatorRelease;
  /** Release line whose rules on updates its webhook has; 0.7 has none. @default the release */
  line?: ReleaseLine;
  /** What makes pods of several nodes, and with Grove all of a graph's: the stand-in is it too. @default nothing */
  orchestrator?: Orchestrator;
  /** Address that pods get as ETCD_ENDPOINTS. @default none */
  etcdAddress?: string;
}

const now = (): string => new Date().toISOString().replace(/\.\d+/, "");

/**
 * Runs the stand-in for the Dynamo operator, and for the orchestrator that it has. It makes what `render` and
 * `orchestratedPods` say of the DynamoGraphDeployments of all namespaces and keeps their status; the CRDs must be installed
 * before. What goes wrong with a graph is reported by its status, and tried again. Other than the real 0.8 operator it does
 * not hang where etcd does not answer.
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
  const { release, orchestrator } = options;
  const seen = await cluster.read<GraphResource>(kinds.graph, namespace, name);
  if (!seen) return unpin(cluster, namespace, name);
  const { deletionTimestamp, finalizers = [] } = seen.metadata;
  if (deletionTimestamp) {
    // Operator 0.8 remakes what the garbage collector takes from a graph that is deleted in the foreground.
    const remakes =
      release === "0.8" && finalizers.includes("foregroundDeletion") && !whyRefused(seen, orchestrator);
    if (remakes) await make(cluster, options, seen);
    if (finalizers.includes(finalizer)) await cluster.patch(seen, withoutFinalizer(seen));
    return;
  }

  if (await obeyScalingAdapters(cluster, seen, release)) return; // the change comes by the watch
  const deployments = await cluster.labelled<V1Deployment>(kinds.deployment, namespace, name);
  // Those of an earlier graph of the same name go first; the watch shows when.
  if (deployments.some((deployment) => !isOwn(seen, deployment))) return;
  const isRolled = release === "1.4" && isRolledByOperator(seen, orchestrator);
  const progress = isRolled ? rollout(seen, deployments, now()) : undefined;
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
  if (outcome.isRefused) throw new Error("pods are refused"); // to be tried again
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
  { release, line, etcdAddress, orchestrator }: OperatorOptions,
  graph: GraphResource,
  running?: Rollout,
): Promise<Outcome> {
  await ensureClaims(cluster, graph, release);
  const { hasScalingAdapters: scalingAdapters } = cluster;
  const workerReplicas = running?.replicas;
  const wanted = render(graph, { release, etcdAddress, scalingAdapters, workerReplicas, orchestrator });
  const deployments: V1Deployment[] = [];
  const { namespace } = graph.metadata;
  for (const object of release === "0.8" ? servicesPinned(wanted) : wanted) {
    const { kind, metadata: { name = "" } = {} } = object;
    const isAdapter = kind === kinds.scalingAdapter.kind;
    if (isAdapter && (await cluster.read(kinds.scalingAdapter, namespace, name))) continue; // its replicas are its own
    const applied = await cluster.apply(object);
    if (object.kind === "Deployment") deployments.push(applied);
  }
  const refused = whyRefused(graph, orchestrator);
  if (refused) throw new Error(refused);
  if (!running) {
    await removeStale(cluster, graph, wanted);
    if (orchestratorOf(graph, orchestrator) === undefined) return observe(graph, deployments, release);
    const chosen = { release, line, etcdAddress, orchestrator };
    const wantedPods = orchestratedPods(graph, chosen);
    const { pods, isRefused } = await syncPods(cluster, graph, wantedPods);
    const counted = countedComponents(graph, pods, wantedPods, chosen);
    return { ...observe(graph, deployments, release, counted), isRefused };
  }
  for (const { deployment, replicas } of running.old) {
    deployments.push(await cluster.patch(deployment, { spec: { replicas } }));
  }
  const { services } = observe(graph, deployments, release);
  const message = "Rolling update in progress";
  return { state: "pending", reason: "rolling_update_in_progress", message, services };
}
