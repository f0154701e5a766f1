/** What clients and pods of a namespace go through while something else happens. */
import { setTimeout } from "node:timers/promises";
import type { V1EndpointSlice, V1Pod } from "@kubernetes/client-node";
import { ClusterApi } from "../../rehearsal/providers/clusterApi";

const slices = { apiVersion: "discovery.k8s.io/v1", kind: "EndpointSlice" };
const deployments = { apiVersion: "nvidia.com/v1alpha1", kind: "DynamoGraphDeployment" };

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
  const cluster = await ClusterApi.connect(kubeconfig);
  const labelSelector = `kubernetes.io/service-name=${service}`;
  const endpoints: number[] = [];
  const graphs: number[] = [];
  const mixed = new Set<string>();
  let isOver = false;
  const take = async () => {
    while (!isOver) {
      const [found, pods, made] = await Promise.all([
        cluster.list(slices, namespace, labelSelector),
        cluster.list({ apiVersion: "v1", kind: "Pod" }, namespace, ""),
        cluster.list(deployments, namespace, ""),
      ]);
      const ready = (found as unknown as V1EndpointSlice[])
        .flatMap((slice) => slice.endpoints ?? [])
        .filter(({ conditions }) => conditions?.ready);
      endpoints.push(ready.length);
      graphs.push(made.length);
      for (const [graph, found] of modesByGraph(pods as unknown as V1Pod[]))
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
