/** Rules on the names of graphs, which their deployments, pods and Dynamo namespaces have too. */
import { componentsOf, deploymentOf } from "./deployment";
import type { GraphConfig } from "./graph";
import { nameLimits } from "./names";
import type { Report } from "./report";
import type { StackConfig } from "./schema";
import { isSince, runtimeLine } from "./versions";

/** What holds of names holds in both, so that a change of the mode is always possible. */
const modes = ["kubernetes", "nats-etcd"] as const;

export function checkLengths(config: StackConfig, graph: GraphConfig, report: Report): void {
  const deployment = deploymentOf(graph, config.discovery.mode, config.platform.apiVersion);
  const components = componentsOf(graph).map(({ name, nodes }) => ({
    component: name,
    multinode: nodes > 1,
  }));
  for (const { what, max, length } of nameLimits) {
    const longest = Math.max(
      ...components.map((names) => length({ namespace: config.namespace.name, deployment, ...names })),
    );
    if (longest > max)
      report(
        ["name"],
        `${what} must be at most ${max} characters, found ${longest} with "${deployment}": shorten it by ${longest - max}`,
      );
  }
}

const deploymentsOf = (graph: GraphConfig, apiVersion: string) =>
  modes.map((mode) => deploymentOf(graph, mode, apiVersion));

/**
 * For each graph the others of which a deployment's name begins with one of its own, or the other way round: only these can
 * be mistaken for each other. Each name looks for its own beginnings, which takes less than comparing all with all.
 */
export function closeGraphs(
  graphs: readonly GraphConfig[],
  apiVersion: string,
): ReadonlyMap<GraphConfig, readonly GraphConfig[]> {
  const byName = new Map<string, GraphConfig[]>();
  for (const graph of graphs)
    for (const name of deploymentsOf(graph, apiVersion))
      byName.set(name, [...(byName.get(name) ?? []), graph]);
  const close = new Map(graphs.map((graph) => [graph, new Set<GraphConfig>()]));
  for (const graph of graphs)
    for (const name of deploymentsOf(graph, apiVersion))
      for (let length = 1; length <= name.length; length++)
        for (const other of byName.get(name.slice(0, length)) ?? []) {
          close.get(graph)?.add(other);
          close.get(other)?.add(graph);
        }
  return new Map([...close].map(([graph, others]) => [graph, [...others].filter((one) => one !== graph)]));
}

/** From 1.0 a frontend takes up all workers whose Dynamo namespace, `<namespace>-<deployment>-<hash>`, begins with its own. */
export function checkNamespaces(
  { runtime, platform }: StackConfig,
  graph: GraphConfig,
  others: readonly GraphConfig[],
  report: Report,
): void {
  const line = runtimeLine(runtime.version);
  if (line === undefined || !isSince(line, "1.0")) return;
  const takesUp = (frontends: GraphConfig, workers: GraphConfig) =>
    frontends.servedBy === undefined &&
    frontends.name !== workers.name &&
    modes.some((mode) =>
      deploymentOf(workers, mode, platform.apiVersion).startsWith(
        deploymentOf(frontends, mode, platform.apiVersion),
      ),
    );
  const other = others.find((one) => takesUp(one, graph));
  if (other !== undefined)
    report(
      ["name"],
      `"${graph.name}" begins with the name of graph "${other.name}", whose frontends would take up its workers: write another name`,
    );
}

/**
 * Names of pods begin with their graph's: alerts and dashboards know whose they are by that alone, also while graphs of one
 * mode take the place of those of the other.
 */
export function checkPodNames(
  { platform }: StackConfig,
  graph: GraphConfig,
  earlier: readonly GraphConfig[],
  report: Report,
): void {
  const isMistaken = (one: GraphConfig, other: GraphConfig) => {
    const names = deploymentsOf(one, platform.apiVersion);
    const components = componentsOf(one).map(({ name }) => name.toLowerCase());
    const starts = names.flatMap((name) => ["0", ...components].map((part) => `${name}-${part}`));
    return deploymentsOf(other, platform.apiVersion).some(
      (name) =>
        names.includes(name) || starts.some((start) => name === start || name.startsWith(`${start}-`)),
    );
  };
  const other = earlier.find(
    (before) =>
      before.name !== graph.name && // told by another rule
      (isMistaken(before, graph) || isMistaken(graph, before)),
  );
  if (other !== undefined)
    report(
      ["name"],
      `"${graph.name}" can't be told from graph "${other.name}" by the names of their pods: write another name`,
    );
}
