/** A cluster that preflight has kept, laid into a rehearsal's: its nodes and what runs on them, its classes and quotas. */
import {
  CoreV1Api,
  type KubernetesObject,
  KubernetesObjectApi,
  StorageV1Api,
  type V1Node,
} from "@kubernetes/client-node";
import type { StackPlan } from "../plan/stack";
import { type Amounts, amountsOf, sum } from "../preflight/requests";
import { isUnread, type Snapshot } from "../preflight/snapshot";
import { apiClient, clusterConfig } from "./clients";

/** Parts of a snapshot that a rehearsal takes, and that could not be read. */
const taken = [
  "nodes",
  "requests",
  "storageClasses",
  "priorityClasses",
  "ingressClasses",
  "quotas",
  "limitRanges",
] as const;

/**
 * Nodes of a kept cluster that take pods.
 * @throws Error where the nodes could not be read when it was kept
 */
export function savedNodes({ nodes }: Snapshot): V1Node[] {
  if (isUnread(nodes)) throw new Error(`the file has no nodes of the cluster: ${nodes.unread}`);
  return nodes
    .filter(({ status }) =>
      (status?.conditions ?? []).some((one) => one.type === "Ready" && one.status === "True"),
    )
    .map(({ metadata, spec, status }) => {
      const allocatable = Object.fromEntries(
        Object.entries(status?.allocatable ?? {}).map(([resource, amount]) => [resource, String(amount)]),
      );
      return {
        metadata: { name: metadata.name, labels: metadata.labels ?? {} },
        spec: {
          unschedulable: spec?.unschedulable ?? false,
          taints: (spec?.taints ?? [])
            .filter(({ key }) => !key.startsWith("node.kubernetes.io/"))
            .map(({ key, value, effect }) => ({ key, effect, ...(value && { value }) })),
        },
        status: { capacity: allocatable, allocatable },
      };
    });
}

/** Makes what a stack finds on a kept cluster beside its nodes. @returns what is missing in the file */
export async function layInCluster(
  kubeconfig: string,
  cluster: Snapshot,
  { namespace, graphs }: Pick<StackPlan, "namespace" | "graphs">,
): Promise<string[]> {
  const objects = KubernetesObjectApi.makeApiClient(clusterConfig(kubeconfig));
  const made = new Set(
    graphs.map(({ deployment: { metadata } }) => `${metadata.namespace}/${metadata.name}`),
  );
  const { storageClasses } = cluster;
  if (!isUnread(storageClasses))
    await apiClient(kubeconfig, StorageV1Api).deleteStorageClass({ name: "standard" });
  const quotas = namespace.create ? [] : limitsOf(cluster, namespace.name, made);
  for (const object of [...classesOf(cluster), ...quotas]) await objects.create(object);
  await holdRequests(kubeconfig, cluster, made);
  return taken.flatMap((part) => {
    const found = cluster[part];
    return isUnread(found) ? [`${part} (${found.unread})`] : [];
  });
}

function classesOf({ storageClasses, priorityClasses, ingressClasses }: Snapshot): KubernetesObject[] {
  const listed = <T>(part: T[] | { unread: string }) => (isUnread(part) ? [] : (part as T[]));
  return [
    ...listed(storageClasses).map(({ metadata: { name, annotations }, volumeBindingMode }) => ({
      apiVersion: "storage.k8s.io/v1",
      kind: "StorageClass",
      metadata: { name, annotations: annotations ?? {} },
      provisioner: "kubernetes.io/host-path", // the only one that a rehearsal has
      ...(volumeBindingMode && { volumeBindingMode }),
    })),
    ...listed(priorityClasses)
      .filter(({ metadata }) => !metadata.name.startsWith("system-"))
      .map(({ metadata }) => ({
        apiVersion: "scheduling.k8s.io/v1",
        kind: "PriorityClass",
        metadata,
        value: 0,
      })),
    ...listed(ingressClasses).map(({ metadata }) => ({
      apiVersion: "networking.k8s.io/v1",
      kind: "IngressClass",
      metadata,
      spec: { controller: "example.com/kept" },
    })),
  ] as KubernetesObject[];
}

/** Quotas without what others use of them, and LimitRanges, of the graphs' namespace. */
function limitsOf(
  { quotas, limitRanges, requests }: Snapshot,
  namespace: string,
  made: ReadonlySet<string>,
): KubernetesObject[] {
  const own = isUnread(requests)
    ? {}
    : sum(requests.filter((one) => made.has(`${one.namespace}/${one.graph}`)).map(({ amounts }) => amounts));
  const ofQuotas = isUnread(quotas) ? [] : quotas;
  const ofRanges = isUnread(limitRanges) ? [] : limitRanges;
  return [
    ...ofQuotas
      .filter(({ metadata }) => metadata.namespace === namespace && metadata.name !== "dynamo-gpu-budget")
      .map(({ metadata: { name }, spec, status }) => {
        const used = amountsOf(status?.used);
        const left = Object.entries(amountsOf(spec?.hard)).map(([resource, hard]) => {
          const others = Math.max(0, (used[resource] ?? 0) - (own[resource.replace(/^requests\./, "")] ?? 0));
          return [resource, quantityOf(Math.max(0, hard - others))];
        });
        const { scopes, scopeSelector } = spec ?? {};
        return {
          apiVersion: "v1",
          kind: "ResourceQuota",
          metadata: { name, namespace },
          spec: {
            hard: Object.fromEntries(left),
            ...(scopes && { scopes }),
            ...(scopeSelector && { scopeSelector }),
          },
        };
      }),
    ...ofRanges
      .filter(({ metadata }) => metadata.namespace === namespace)
      .map(({ metadata: { name }, spec: { limits } }) => ({
        apiVersion: "v1",
        kind: "LimitRange",
        metadata: { name, namespace },
        spec: {
          limits: limits.map((limit) =>
            Object.fromEntries(
              Object.entries(limit).filter(([, value]) => value !== null && value !== undefined),
            ),
          ),
        },
      })),
  ] as KubernetesObject[];
}

/** Thousandths, which every amount has whole. */
const quantityOf = (amount: number) =>
  Number.isInteger(amount) ? String(amount) : `${Math.round(amount * 1000)}m`;

/** Name of the namespace, and of what each node has in it, for what runs there beside the stack. */
const others = "others";

/** Holds what other pods than the stack's own take of each node. */
async function holdRequests(kubeconfig: string, cluster: Snapshot, made: ReadonlySet<string>): Promise<void> {
  const { requests, nodes } = cluster;
  if (isUnread(requests) || isUnread(nodes)) return;
  const core = apiClient(kubeconfig, CoreV1Api);
  await core.createNamespace({ body: { metadata: { name: others } } });
  const there = savedNodes(cluster).map(({ metadata }) => metadata?.name ?? "");
  for (const node of there) {
    const held: Amounts = sum(
      requests
        .filter((one) => one.node === node && !made.has(`${one.namespace}/${one.graph}`))
        .map(({ amounts }) => amounts),
    );
    const { pods: _, ...amounts } = held;
    const resources = Object.fromEntries(
      Object.entries(amounts).flatMap(([resource, amount]) =>
        amount > 0 ? [[resource, quantityOf(amount)]] : [],
      ),
    );
    await core.createNamespacedPod({
      namespace: others,
      body: {
        metadata: { name: node, namespace: others },
        spec: {
          nodeName: node,
          tolerations: [{ operator: "Exists" }],
          containers: [
            { name: "main", image: "others", resources: { requests: resources, limits: resources } },
          ],
        },
      },
    });
  }
}
