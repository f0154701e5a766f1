/** Advice on a config that is right but may not be wise. It never stops an update. */
import { serversOf, suitedMode } from "../config/discovery";
import { platformChartOf } from "../config/runtime/platformCharts";
import { firstReleaseThat } from "../config/runtime/releases";
import type { StackConfig } from "../config/schema";
import type { GpuSummary } from "./budget";
import { adviseOnAdopted } from "./graph/adopted";
import type { GraphPlan } from "./graph/graphPlan";
import { adviseOnModels } from "./modelAdvice";
import { adviseOnServers } from "./servers/advice";

/** Advice for a stack, most important first. Each names the key that it is about. */
export function advise(config: StackConfig, graphs: readonly GraphPlan[], gpus: GpuSummary): string[] {
  return [
    ...adviseOnNoGraphs(config),
    ...adviseOnApi(config, graphs),
    ...adviseOnGpus(config, graphs, gpus),
    ...adviseOnModels(config, graphs),
    ...graphs.flatMap(({ name, deployment }, i) =>
      adviseOnAdopted(name, config.graphs[i]?.adopted, deployment, `dynamo:graphs[${i}]`),
    ),
    ...adviseOnPodMonitors(config),
    ...adviseOnMode(config),
    ...adviseOnFrontends(config, graphs),
    ...adviseOnRouters(config, graphs),
    ...adviseOnServers(config),
  ];
}

/** A stack that has no graphs on purpose has the platform for those of others, or their servers. */
function adviseOnNoGraphs({ graphs, platform, discovery }: StackConfig): string[] {
  const isForOthers =
    platform.install !== undefined || (serversOf(discovery)?.clientNamespaces ?? []).length > 0;
  return graphs.length > 0 || isForOthers
    ? []
    : ["the stack has no graphs: write them below config:, as dynamo:graphs"];
}

function adviseOnApi({ runtime }: StackConfig, graphs: readonly GraphPlan[]): string[] {
  const isOld = ({ deployment }: GraphPlan) => deployment.apiVersion === "nvidia.com/v1alpha1";
  const old = graphs.filter(isOld);
  const kept = runtime.apiVersion === "v1alpha1" ? [] : old;
  return [
    ...(runtime.warnsOfV1alpha1 && old.length > 0
      ? [
          `the API server answers v1alpha1 graphs with a deprecation warning from ${firstReleaseThat((release) => release.warnsOfV1alpha1)}: it is harmless (dynamo:platform.apiVersion)`,
        ]
      : []),
    ...kept.map(
      ({ name }) =>
        `graph ${name} stays in v1alpha1, in which it was made: a new revision of it comes in ${runtime.apiVersion} (dynamo:graphs[].revision)`,
    ),
  ];
}

function adviseOnGpus(
  { cluster }: StackConfig,
  graphs: readonly GraphPlan[],
  { total: wanted }: GpuSummary,
): string[] {
  const { nodes, gpusPerNode } = cluster;
  const advice: string[] = [];
  if (gpusPerNode !== undefined)
    for (const { name, components } of graphs)
      for (const { name: component, gpus } of components)
        if (gpus && gpus.perPod > gpusPerNode)
          advice.push(
            `graph ${name}: a pod of ${component} asks for ${gpus.perPod} GPUs, and no node has more than ${gpusPerNode}: it will never be scheduled (dynamo:cluster.gpusPerNode)`,
          );
  if (nodes === undefined || gpusPerNode === undefined) return advice;
  const available = nodes * gpusPerNode;
  if (wanted > available)
    advice.push(
      `the graphs ask for ${wanted} GPUs, and the cluster has ${available}: some pods will wait (dynamo:cluster)`,
    );
  else advice.push(...adviseOnFragments(graphs, nodes, gpusPerNode));
  if (available === 1)
    advice.push(
      "the cluster has one GPU: a single-node graph without distribution costs less and is as fast (dynamo:cluster)",
    );
  return advice;
}

/** Pods that find no node with enough GPUs left, though all nodes together have them: the largest are placed first. */
function adviseOnFragments(graphs: readonly GraphPlan[], nodes: number, gpusPerNode: number): string[] {
  const pods = graphs
    .flatMap(({ components }) => components)
    .map(({ gpus, range, nodes }) => ({ size: gpus?.perPod ?? 0, count: range.max * nodes }))
    .filter(({ size }) => size > 0 && size <= gpusPerNode)
    .sort((a, b) => b.size - a.size);
  const free = Array.from({ length: nodes }, () => gpusPerNode);
  let without = 0;
  for (const { size, count } of pods) {
    let node = 0; // those before it have no room for pods of this size
    for (let i = 0; i < count; i++) {
      while (node < nodes && (free[node] ?? 0) < size) node++;
      if (node === nodes) {
        without += count - i;
        break;
      }
      free[node] = (free[node] ?? 0) - size;
    }
  }
  return without === 0
    ? []
    : [
        `${without} pods find no node with as many GPUs free as they ask for, though the cluster has enough in all: nodes of ${gpusPerNode} are cut badly (dynamo:graphs, dynamo:cluster)`,
      ];
}

/** The platform's chart makes PodMonitors of the names that the stack's have, unless the stack installs it and says otherwise. */
function adviseOnPodMonitors({ namespace, platform, monitoring, runtime }: StackConfig): string[] {
  if (platform.install !== undefined) {
    const version = platform.install.version ?? runtime.version;
    return monitoring.podMonitors === "platform" && !platformChartOf(version)?.labelsPodMonitors
      ? [
          `the platform's chart of ${version} can't label its PodMonitors: a Prometheus that selects by release: ${monitoring.release} scrapes none of the graphs' pods (dynamo:monitoring.podMonitors)`,
        ]
      : [];
  }
  return namespace.name === platform.namespace && monitoring.podMonitors === "stack"
    ? [
        `the graphs are in the platform's namespace ${namespace.name}, where its chart may have made PodMonitors of the same names: an update refuses to take these up (dynamo:monitoring.podMonitors: platform)`,
      ]
    : [];
}

function adviseOnMode({ cluster, discovery }: StackConfig): string[] {
  const { nodes } = cluster;
  if (nodes === undefined) return [];
  const suited = suitedMode(nodes);
  return suited === undefined || suited === discovery.mode
    ? []
    : [
        `for ${nodes} nodes the mode ${suited} is advised, and this stack's is ${discovery.mode} (dynamo:discovery.mode)`,
      ];
}

/** Frontends that suit a cluster, from its number of nodes up. Fewer nodes than 3 need no more than one. */
const frontendsByNodes = [
  { nodes: 50, min: 5, max: 10 },
  { nodes: 10, min: 3, max: 5 },
  { nodes: 3, min: 2, max: 3 },
];

function adviseOnFrontends({ cluster }: StackConfig, graphs: readonly GraphPlan[]): string[] {
  const { nodes = 0 } = cluster;
  const suited = frontendsByNodes.find((size) => nodes >= size.nodes);
  if (suited === undefined) return [];
  const { min, max } = suited;
  return graphs.flatMap(({ name, frontends: { replicas, areBeside }, servedBy }, i) =>
    servedBy === undefined && !areBeside && (replicas < min || replicas > max)
      ? [
          `graph ${name}: ${min} to ${max} frontends suit ${nodes} nodes, found ${replicas} (dynamo:graphs[${i}].frontend.replicas)`,
        ]
      : [],
  );
}

/** Where one of several workers may be killed under streams that another could go on with. */
function adviseOnRouters({ runtime }: StackConfig, graphs: readonly GraphPlan[]): string[] {
  if (!runtime.cutsKvRoutedStreams) return [];
  const others = firstReleaseThat((release) => !release.cutsKvRoutedStreams, runtime.releaseLine);
  return graphs.flatMap(({ name, frontends: { router }, servedBy, components }, i) => {
    const writing = components.filter(({ role }) => role === "worker" || role === "decode");
    const workers = writing.reduce((sum, { range }) => sum + range.max, 0);
    return router.mode === "kv" && servedBy === undefined && workers > 1
      ? [
          `graph ${name}: a worker that is killed cuts its streams, which frontends with KV routing move to no other before ${others}: write round-robin where that matters more than cached prompts, or raise dynamo:runtime.version (dynamo:graphs[${i}].router.mode)`,
        ]
      : [];
  });
}
