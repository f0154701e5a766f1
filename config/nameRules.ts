/** Rules on the names of graphs, which their deployments, pods and Dynamo namespaces have too. */
import { componentsOf, deploymentNames, type Naming } from "./deployment";
import type { GraphConfig } from "./graph";
import { discoveryModes, nameLimits } from "./names";
import { poolsOf } from "./pools";
import type { ReportMistake } from "./report";
import type { Runtime } from "./runtime/runtime";

/** Checks a graph's names against the {@link nameLimits}. */
export function checkLengths(
  namespace: string,
  deployment: string,
  graph: GraphConfig,
  runtime: Runtime | undefined,
  report: ReportMistake,
): void {
  const isLimitedByGrove = runtime?.orchestrator === "grove" || runtime?.limitsNamesWithoutGrove !== false;
  const pools = new Set(poolsOf(graph).map(({ name }) => name));
  const components = componentsOf(graph).map(({ name, nodes }) => ({
    component: name,
    isWorker: pools.has(name),
    multinode: nodes > 1,
  }));
  for (const { what, max, length, holdsFor } of nameLimits) {
    if (holdsFor !== undefined && holdsFor !== (isLimitedByGrove ? "grove" : "others")) continue;
    const longest = Math.max(...components.map((names) => length({ namespace, deployment, ...names })));
    if (longest > max)
      report(
        ["name"],
        `${what} must be at most ${max} characters, found ${longest} with "${deployment}": shorten it by ${longest - max}`,
      );
  }
}

/**
 * Names by mode, without and with the API's version: names that hold in one mode hold in both, so that a change of the mode is
 * always possible.
 */
function namesByMode(graph: GraphConfig, naming: Naming): readonly (readonly string[])[] {
  const key = `${naming.apiVersion} ${naming.certificates !== undefined} ${naming.issuer}`;
  const [of, names] = known.get(graph) ?? [];
  if (of === key && names) return names;
  const found = discoveryModes.map((mode) => [...new Set(deploymentNames(graph, mode, naming).slice(0, 2))]);
  known.set(graph, [key, found]);
  return found;
}

const deploymentsOf = (graph: GraphConfig, naming: Naming) => namesByMode(graph, naming).flat();

/** A name has a hash in it, and is compared with many others. */
const known = new WeakMap<GraphConfig, readonly [naming: string, names: ReturnType<typeof namesByMode>]>();

/**
 * The graphs that each could be mistaken for: those with a deployment's name that begins with one of its own, or the reverse. Each name looks for its own beginnings, which takes less than comparing all with all.
 */
export function closeGraphs(
  graphs: readonly GraphConfig[],
  naming: Naming,
): ReadonlyMap<GraphConfig, readonly GraphConfig[]> {
  const byName = new Map<string, GraphConfig[]>();
  // A second graph of a name is reported by another rule.
  const named = [...new Map(graphs.map((graph) => [graph.name, graph])).values()];
  for (const graph of named)
    for (const name of deploymentsOf(graph, naming)) {
      const others = byName.get(name);
      if (others) others.push(graph);
      else byName.set(name, [graph]);
    }
  const close = new Map(named.map((graph) => [graph, new Set<GraphConfig>()]));
  for (const graph of named)
    for (const name of deploymentsOf(graph, naming))
      for (let length = 1; length <= name.length; length++)
        for (const other of byName.get(name.slice(0, length)) ?? []) {
          close.get(graph)?.add(other);
          close.get(other)?.add(graph);
        }
  return new Map([...close].map(([graph, others]) => [graph, [...others].filter((one) => one !== graph)]));
}

/** Checks that no frontend takes up workers of another graph's Dynamo namespace, `<namespace>-<deployment>`. */
export function checkNamespaces(
  runtime: Runtime,
  graph: GraphConfig,
  others: readonly GraphConfig[],
  report: ReportMistake,
): void {
  const takesUp = (frontends: GraphConfig, workers: GraphConfig) =>
    frontends.servedBy === undefined &&
    frontends.name !== workers.name &&
    namesByMode(workers, runtime).some((names, mode) =>
      namesByMode(frontends, runtime)[mode]?.some((start) =>
        names.some((name) => isTaken[runtime.frontendsTake](name, start)),
      ),
    );
  const other = others.find((one) => takesUp(one, graph));
  if (other !== undefined)
    report(
      ["name"],
      `"${graph.name}" begins with the name of graph "${other.name}", whose frontends would take up its workers: write another name`,
    );
}

/** Whether a graph's workers are taken up by the frontends of another, by the names of their deployments. */
const isTaken: Readonly<Record<Runtime["frontendsTake"], (workers: string, frontends: string) => boolean>> = {
  own: () => false,
  prefixed: (workers, frontends) => workers.startsWith(frontends),
  generations: (workers, frontends) =>
    workers.startsWith(`${frontends}-`) && /^[0-9a-f]{8}$/.test(workers.slice(frontends.length + 1)),
};

/**
 * Checks that pods' names, which begin with their graph's, fit one graph alone: alerts and dashboards know whose they are by
 * nothing else, also while graphs of one mode take the place of those of the other.
 */
export function checkPodNames(
  naming: Naming,
  graph: GraphConfig,
  earlier: readonly GraphConfig[],
  report: ReportMistake,
): void {
  const isMistaken = (one: GraphConfig, other: GraphConfig) => {
    const names = deploymentsOf(one, naming);
    const components = componentsOf(one).map(({ name }) => name.toLowerCase());
    const starts = names.flatMap((name) => ["0", ...components].map((part) => `${name}-${part}`));
    return deploymentsOf(other, naming).some(
      (name) =>
        names.includes(name) || starts.some((start) => name === start || name.startsWith(`${start}-`)),
    );
  };
  const other = earlier.find(
    (before) =>
      before.name !== graph.name && // reported by another rule
      (isMistaken(before, graph) || isMistaken(graph, before)),
  );
  if (other !== undefined)
    report(
      ["name"],
      `"${graph.name}" can't be distinguished from graph "${other.name}" by the names of their pods: write another name`,
    );
}
