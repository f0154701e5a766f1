/** Advice on a config that is right but may not be wise. It never stops an update. */
import type { NatsEtcdDiscovery } from "../config/discovery";
import type { StackConfig } from "../config/schema";
import { isSince, runtimeLine } from "../config/versions";
import type { GraphPlan } from "./graph/graphPlan";

/** Advice for a stack, most important first. Each names the key that it is about. */
export function advise(config: StackConfig, graphs: readonly GraphPlan[]): string[] {
  return [
    ...adviseOnApi(config),
    ...adviseOnGpus(config, graphs),
    ...adviseOnMode(config),
    ...adviseOnFrontends(config),
    ...adviseOnCaches(config),
    ...adviseOnServers(config),
  ];
}

function adviseOnApi({ platform, runtime, graphs }: StackConfig): string[] {
  const line = runtimeLine(runtime.version);
  return platform.apiVersion === "v1alpha1" && line !== undefined && isSince(line, "1.2") && graphs.length > 0
    ? [
        "the API server answers v1alpha1 graphs with a deprecation warning from 1.2: it is harmless (dynamo:platform.apiVersion)",
      ]
    : [];
}

function adviseOnGpus({ cluster }: StackConfig, graphs: readonly GraphPlan[]): string[] {
  const { nodes, gpusPerNode } = cluster;
  const advice: string[] = [];
  if (gpusPerNode !== undefined)
    for (const { name, components } of graphs)
      for (const { component, gpusPerPod } of components)
        if (gpusPerPod > gpusPerNode)
          advice.push(
            `graph ${name}: a pod of ${component} asks for ${gpusPerPod} GPUs, and no node has more than ${gpusPerNode}: it will never be scheduled (dynamo:cluster.gpusPerNode)`,
          );
  if (nodes === undefined || gpusPerNode === undefined) return advice;
  const available = nodes * gpusPerNode;
  const wanted = graphs.reduce((sum, { gpus }) => sum + gpus, 0);
  if (wanted > available)
    advice.push(
      `the graphs ask for ${wanted} GPUs, and the cluster has ${available}: some pods will wait (dynamo:cluster)`,
    );
  if (available === 1)
    advice.push(
      "the cluster has one GPU: a single-node graph without distribution costs less and is as fast (dynamo:cluster)",
    );
  return advice;
}

function adviseOnMode({ cluster, discovery }: StackConfig): string[] {
  const { nodes } = cluster;
  if (nodes === undefined) return [];
  const suited = nodes >= 100 ? "nats-etcd" : nodes <= 50 ? "kubernetes" : discovery.mode;
  return suited === discovery.mode
    ? []
    : [
        `for ${nodes} nodes the mode ${suited} is advised, and this stack's is ${discovery.mode} (dynamo:discovery.mode)`,
      ];
}

/** Frontends that suit a cluster, from its number of nodes up. Fewer nodes than 3 need no more than one. */
const frontendsByNodes = [
  { nodes: 50, least: 5, most: 10 },
  { nodes: 10, least: 3, most: 5 },
  { nodes: 3, least: 2, most: 3 },
];

function adviseOnFrontends({ cluster, graphs }: StackConfig): string[] {
  const { nodes = 0 } = cluster;
  const suited = frontendsByNodes.find((size) => nodes >= size.nodes);
  if (suited === undefined) return [];
  const { least, most } = suited;
  return graphs
    .map(({ name, frontend, servedBy }, i) => ({
      name,
      replicas: frontend.replicas,
      isOwn: servedBy === undefined,
      key: `dynamo:graphs[${i}].frontend.replicas`,
    }))
    .filter(({ replicas, isOwn }) => isOwn && (replicas < least || replicas > most))
    .map(
      ({ name, replicas, key }) =>
        `graph ${name}: ${least} to ${most} frontends suit ${nodes} nodes, found ${replicas} (${key})`,
    );
}

function adviseOnCaches({ graphs }: StackConfig): string[] {
  return graphs
    .filter(({ modelCache }) => modelCache?.hostPath !== undefined)
    .map(
      ({ name, modelCache }) =>
        `graph ${name}: ${modelCache?.hostPath} must be writable by uid 1000 on every GPU node, or models are not kept (dynamo:graphs)`,
    );
}

function adviseOnServers({ cluster, discovery, runtime }: StackConfig): string[] {
  if (discovery.mode !== "nats-etcd") return [];
  const { etcd } = discovery;
  // Measured with 0.8.1: a worker ends after 8 s without etcd, a frontend after 12 s. 1.6.1 outlasts 15 s.
  const alone =
    !etcd.external && etcd.replicas === 1 && runtimeLine(runtime.version) === "0.8"
      ? [
          "graphs of runtime 0.8 end and start anew when etcd is away for 8 s, and there is one member of it (dynamo:discovery.etcd.replicas)",
        ]
      : [];
  return [...alone, ...adviseOnMembers(discovery, cluster)];
}

function adviseOnMembers(discovery: NatsEtcdDiscovery, cluster: StackConfig["cluster"]): string[] {
  return (["nats", "etcd"] as const).flatMap((server) => {
    const config = discovery[server];
    const key = `dynamo:discovery.${server}`;
    if (config.external)
      return config.secret === undefined && !("certificate" in config)
        ? [
            `${server} is used without credentials: whoever reaches it can take over the graphs (${key}.secret)`,
          ]
        : [];
    const { replicas } = config;
    return cluster.nodes !== undefined && replicas > cluster.nodes
      ? [
          `${replicas} members of ${server} need a node each, and the cluster has ${cluster.nodes}: some will wait (${key}.replicas)`,
        ]
      : [];
  });
}
