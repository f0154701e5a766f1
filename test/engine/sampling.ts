/** What clients and pods of a namespace go through while something else happens. */
import { setTimeout } from "node:timers/promises";
import { CoreV1Api, CustomObjectsApi, DiscoveryV1Api, type V1Pod } from "@kubernetes/client-node";
import { apiClient } from "../../rehearsal/clients";

export interface Samples {
  readonly count: number;
  /** Fewest ready endpoints of the Service in a sample. */
  readonly fewestEndpoints: number;
  /** Most DynamoGraphDeployments that were there at the same time. */
  readonly mostGraphs: number;
  /** Pods, and graphs, that were of both modes at once. */
  readonly mixed: readonly string[];
}

/** Takes a sample every 100 ms until something has ended. */
export async function sampling<T>(
  kubeconfig: string,
  { namespace, service }: { namespace: string; service: string },
  task: Promise<T>,
): Promise<{ result: T; samples: Samples }> {
  const core = apiClient(kubeconfig, CoreV1Api);
  const discovery = apiClient(kubeconfig, DiscoveryV1Api);
  const custom = apiClient(kubeconfig, CustomObjectsApi);
  const deployments = { group: "nvidia.com", version: "v1alpha1", plural: "dynamographdeployments" };
  const labelSelector = `kubernetes.io/service-name=${service}`;
  const endpoints: number[] = [];
  const graphs: number[] = [];
  const mixed = new Set<string>();
  let isOver = false;
  const take = async () => {
    while (!isOver) {
      const [slices, pods, { items }] = await Promise.all([
        discovery.listNamespacedEndpointSlice({ namespace, labelSelector }),
        core.listNamespacedPod({ namespace }),
        custom.listNamespacedCustomObject({ ...deployments, namespace }),
      ]);
      const ready = slices.items
        .flatMap((slice) => slice.endpoints ?? [])
        .filter(({ conditions }) => conditions?.ready);
      endpoints.push(ready.length);
      graphs.push(items.length);
      for (const [graph, found] of modesByGraph(pods.items))
        if (found.size > 1) mixed.add(`${graph}: ${[...found].join(" and ")}`);
      await setTimeout(100);
    }
  };
  const taken = take();
  try {
    const result = await task;
    isOver = true;
    await taken;
    const samples = {
      count: endpoints.length,
      fewestEndpoints: Math.min(...endpoints),
      mostGraphs: Math.max(...graphs),
      mixed: [...mixed],
    };
    return { result, samples };
  } finally {
    isOver = true;
  }
}

/** Modes that the env of a graph's pods is of. */
function modesByGraph(pods: readonly V1Pod[]): Map<string, Set<string>> {
  const modes = new Map<string, Set<string>>();
  for (const { metadata, spec } of pods) {
    const graph = metadata?.labels?.["nvidia.com/dynamo-graph-deployment-name"];
    if (graph === undefined) continue;
    const env = new Map(
      spec?.containers.flatMap((one) => one.env ?? []).map(({ name, value }) => [name, value]),
    );
    const found = modes.get(graph) ?? new Set();
    if (env.get("DYN_DISCOVERY_BACKEND") === "kubernetes") found.add("kubernetes");
    if (env.has("NATS_SERVER") || env.has("ETCD_ENDPOINTS")) found.add("nats-etcd");
    modes.set(graph, found);
  }
  return modes;
}
