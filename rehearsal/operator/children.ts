/** Objects of a graph beside its workloads, and those that it no longer wants. */
import type { KubernetesObject } from "@kubernetes/client-node";
import { type GraphResource, labels, type OperatorRelease, servicesOf } from "./graphResource";
import { kinds, type OperatorApi } from "./operatorApi";
import { claim } from "./render";

export const finalizer = "nvidia.com/finalizer";

/** @throws Error where a claim is missing that the graph does not ask for */
export async function ensureClaims(
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

export const isOwn = ({ metadata: { uid } }: GraphResource, { metadata }: KubernetesObject): boolean =>
  (metadata?.ownerReferences ?? []).some((owner) => owner.uid === uid);

/**
 * Removes what the graph no longer wants. What belongs to a component that the graph no longer names stays, as it does
 * with the real operators, unless that is a scaling adapter or a worker of 1.4.
 */
export async function removeStale(
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
export function servicesPinned(objects: readonly KubernetesObject[]): KubernetesObject[] {
  return objects.map((object) =>
    object.kind === kinds.service.kind
      ? { ...object, metadata: { ...object.metadata, finalizers: [finalizer] } }
      : object,
  );
}

export async function unpin(cluster: OperatorApi, namespace: string, graph: string): Promise<void> {
  for (const service of await cluster.labelled(kinds.service, namespace, graph)) {
    if (service.metadata?.finalizers?.includes(finalizer))
      await cluster.patch(service, withoutFinalizer(service));
  }
}

export const withoutFinalizer = ({ metadata }: KubernetesObject) => ({
  metadata: { finalizers: metadata?.finalizers?.filter((other) => other !== finalizer) },
});
