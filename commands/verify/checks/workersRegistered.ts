/** Whether as many workers are known to discovery as the stack declares: pods that are Ready may still be unknown. */
import type { V1Pod } from "@kubernetes/client-node";
import { at, list, type Manifest } from "../../../gpus/manifest";
import { graphLabel } from "../../../plan/graph/labels";
import type { ClusterObjects } from "../clusterObjects";
import type { DeclaredGraph } from "../declared";
import type { Evidence } from "../evidence";
import { check, countOf, type Finding } from "../finding";
import { declaredWorkers, envOf, graphPods, isWorkerPod, podName } from "../graphPods";
import { Unread } from "../reading";

const name = "workers registered";

export function workersRegistered(graph: DeclaredGraph, evidence: Evidence): Finding {
  return evidence.stack.runtime.workersRegisterIn === "DynamoWorkerMetadata"
    ? inKubernetes(graph, evidence)
    : inEtcd(graph, evidence);
}

function inKubernetes(graph: DeclaredGraph, { cluster }: Evidence): Finding {
  const { passed, skipped, waiting } = check(name, graph.name);
  const { min, max } = declaredWorkers(graph.services);
  const registration = registrations(graph, cluster);
  if (registration instanceof Unread)
    return registration.isForbidden
      ? skipped(registration.reason)
      : waiting(registration.reason, "look whether the platform has the CRD DynamoWorkerMetadata");
  const { registered, missing } = registration;
  const found = `${registered.length} of ${declared(min, max)} by DynamoWorkerMetadata and EndpointSlices`;
  if (registered.length >= min && registered.length <= max) return passed(found);
  return waiting(
    [found, ...missing].join("; "),
    registered.length > max
      ? "a rolling update ends with as many as are declared; after that, look for workers of another graph"
      : `look at these pods' logs, and whether their ServiceAccount may write DynamoWorkerMetadata: kubectl auth can-i create dynamoworkermetadatas.nvidia.com --namespace ${graph.namespace} --as system:serviceaccount:${graph.namespace}:${graph.deployment}-k8s-service-discovery`,
  );
}

interface Registrations {
  readonly registered: readonly V1Pod[];
  /** Messages on what the other workers lack. */
  readonly missing: readonly string[];
}

/**
 * The workers that are discoverable: those with a DynamoWorkerMetadata of their own, and Ready in an EndpointSlice that the
 * operator has marked for discovery (operators 0.8 to 1.4).
 */
export function registrations(graph: DeclaredGraph, cluster: ClusterObjects): Registrations | Unread {
  const { endpointSlices, workerMetadata } = cluster;
  if (endpointSlices instanceof Unread) return endpointSlices;
  if (workerMetadata instanceof Unread) return workerMetadata;
  const ready = new Set(
    endpointSlices
      .filter(({ metadata }) => metadata?.labels?.["nvidia.com/dynamo-discovery-enabled"] === "true")
      .flatMap(({ endpoints }) => endpoints ?? []) // null where there are none
      .filter(({ conditions }) => conditions?.ready !== false)
      .map(({ targetRef }) => targetRef?.name),
  );
  const known = podsWithMetadata(workerMetadata);
  const workers = graphPods(graph, cluster).filter(isWorkerPod);
  const lacks = (pod: V1Pod) => [
    ...(known.has(podName(pod)) ? [] : ["no DynamoWorkerMetadata"]),
    ...(ready.has(podName(pod)) ? [] : ["not Ready in an EndpointSlice"]),
  ];
  return {
    registered: workers.filter((pod) => lacks(pod).length === 0),
    missing: workers
      .filter((pod) => lacks(pod).length > 0)
      .map((pod) => `pod ${podName(pod)}: ${lacks(pod).join(", ")}`),
  };
}

/** Names of the pods that have registered themselves. */
export function podsWithMetadata(workerMetadata: readonly Manifest[]): ReadonlySet<unknown> {
  return new Set(
    workerMetadata.flatMap((object) => [
      at(object, "metadata", "name"),
      ...list(at(object, "metadata", "ownerReferences")).map((owner) => at(owner, "name")),
    ]),
  );
}

function inEtcd(graph: DeclaredGraph, evidence: Evidence): Finding {
  const { passed, skipped, waiting } = check(name, graph.name);
  const { etcd, stack } = evidence;
  if (etcd === undefined) return skipped("etcd is someone else's: its keys can't be read from here");
  const keys = etcd instanceof Unread ? etcd : etcd.keys;
  if (keys instanceof Unread)
    return keys.isForbidden
      ? skipped(keys.reason)
      : waiting(`etcd's keys can't be read: ${keys.reason}`, "mend etcd first");
  const sharing = stack.graphs.filter((other) => sharesNamespace(graph, other, evidence.cluster));
  const { min, max } = declaredWorkers(sharing.flatMap(({ services }) => services));
  const namespaces = dynamoNamespaces(graph, evidence.cluster);
  const instances = instancesIn(keys, namespaces);
  const others = sharing.filter(({ name }) => name !== graph.name).map(({ name }) => name);
  const found = `${instances.size} of ${declared(min, max)} by keys of etcd${others.length > 0 ? `, together with ${others.join(", ")}` : ""}`;
  if (instances.size >= min && instances.size <= max) return passed(found);
  const where = `v1/instances/ of ${[...namespaces].join(", ") || "no namespace: the graph has no workers' pods"}`;
  return waiting(
    `${found} (${where})`,
    instances.size > max
      ? "keys of workers that have ended go with their lease, within 30 s (0.8: 10 s); after that, look for workers of another graph"
      : `look at the workers' logs, and whether they reach etcd: kubectl --namespace ${graph.namespace} logs --selector ${graphLabel}=${graph.deployment} --prefix`,
  );
}

/** Namespaces of Dynamo in which a graph's workers register. From 1.0 they end with a hash. */
export function dynamoNamespaces(graph: DeclaredGraph, cluster: ClusterObjects): ReadonlySet<string> {
  const names = graphPods(graph, cluster)
    .filter(isWorkerPod)
    .map(envOf)
    .map((env) =>
      [env.get("DYN_NAMESPACE"), env.get("DYN_NAMESPACE_WORKER_SUFFIX")].filter(Boolean).join("-"),
    );
  return new Set(names);
}

function sharesNamespace(one: DeclaredGraph, other: DeclaredGraph, cluster: ClusterObjects): boolean {
  if (one.name === other.name) return true;
  const names = dynamoNamespaces(one, cluster);
  return [...dynamoNamespaces(other, cluster)].some((name) => names.has(name));
}

/**
 * Workers among keys `v1/instances/<namespace>/<component>/<endpoint>/<instance>`: those that generate.
 * Seen with runtimes 0.8.1 and 1.6.1.
 */
export function instancesIn(keys: readonly string[], namespaces: ReadonlySet<string>): ReadonlySet<string> {
  return new Set(
    keys.flatMap((key) => {
      const [, , namespace = "", , endpoint, instance] = key.split("/");
      return endpoint === "generate" && instance !== undefined && namespaces.has(namespace) ? [instance] : [];
    }),
  );
}

function declared(min: number, max: number): string {
  return min === max ? countOf(max, "worker") : `${min} to ${countOf(max, "worker")}`;
}
