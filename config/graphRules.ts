import { deploymentNames, type Naming, plannerName } from "./deployment";
import { signerOf } from "./encryption";
import type { GraphConfig } from "./graph";
import { checkModel } from "./modelRules";
import { checkLengths, checkNamespaces, checkPodNames, closeGraphs } from "./nameRules";
import { poolsOf } from "./pools";
import type { IsSound, ReportMistake } from "./report";
import type { Runtime } from "./runtime/runtime";
import type { StackSettings } from "./schema";
import { checkSupport } from "./supportRules";
import { checkWorkers } from "./workerRules";

/** Parts of a graph from which the names of its components come. */
const partsOfNames = [
  "name",
  "backend",
  "frontend",
  "endpointPicker",
  "servedBy",
  "workers",
  "prefill",
  "decode",
];

/** Checks graphs by themselves and beside each other. @param runtime undefined where what decides it is wrong. */
export function checkGraphs(
  config: StackSettings,
  runtime: Runtime | undefined,
  isSound: IsSound,
  report: ReportMistake,
): void {
  if (!Array.isArray(config.graphs)) return;
  const named = config.graphs.map((_, i) => partsOfNames.every((part) => isSound("graphs", i, part)));
  const hasNames = (i: number) => named[i] === true;
  const stackIsSound = isSound("discovery", "mode") && isSound("platform", "apiVersion");
  const hasDeployment = (i: number) => stackIsSound && hasNames(i) && isSound("graphs", i, "revision");
  const naming: Naming = runtime ?? {
    apiVersion: config.platform?.apiVersion ?? "v1alpha1",
    ...signerOf(config.encryption),
  };
  const close = closeGraphs(
    config.graphs.filter((_, i) => hasDeployment(i)),
    naming,
  );
  const indices = new Map(config.graphs.map((graph, i) => [graph, i]));
  const servers = serversOf(config.graphs, (i) => isSound("graphs", i));
  /** What graphs before the one that is looked at have taken, as far as it is sound: names, and ports with their owner's name. */
  const taken = { names: new Set<string>(), ports: new Map<number, string>() };
  for (const [i, graph] of config.graphs.entries()) {
    const isSoundHere: IsSound = (...rest) => isSound("graphs", i, ...rest);
    const reportHere: ReportMistake = (rest, message) => report(["graphs", i, ...rest], message);

    for (const key of ["workers", "prefill", "decode"] as const)
      if (isSoundHere("backend") && isSoundHere(key) && graph[key]) checkWorkers(graph, key, reportHere);
    checkModel(graph, isSoundHere, reportHere);
    if (hasNames(i)) {
      checkRoles(graph, reportHere);
      checkComponentNames(graph, reportHere);
      checkServedBy(graph, servers, reportHere);
      if (isSoundHere("router")) checkServedRouter(graph, reportHere);
      if (runtime && isSound("platform")) checkSupport(runtime, graph, isSoundHere, reportHere);
    }
    if (hasDeployment(i)) {
      const others = close.get(graph) ?? [];
      const before = others.filter((other) => (indices.get(other) ?? i) < i);
      checkPodNames(naming, graph, before, reportHere);
      if (runtime) checkNamespaces(runtime, graph, others, reportHere);
      if (isSound("namespace", "name"))
        checkLengths(
          config.namespace.name,
          deploymentNames(graph, config.discovery.mode, naming)[1],
          graph,
          runtime,
          reportHere,
        );
    }
    if (isSoundHere("name")) checkUniqueName(graph, taken.names, reportHere);
    if (isSoundHere("frontend")) checkUniquePort(graph, taken.ports, reportHere);
  }
  checkServedNames(config.graphs, isSound, report);
}

/** The graphs by name, as far as they are sound, and whether all are. */
interface Servers {
  readonly byName: ReadonlyMap<string, GraphConfig>;
  readonly areAll: boolean;
}

function serversOf(graphs: readonly GraphConfig[], isSound: (i: number) => boolean): Servers {
  const sound = graphs.filter((_, i) => isSound(i));
  return {
    byName: new Map(sound.toReversed().map((graph) => [graph.name, graph])),
    areAll: sound.length === graphs.length,
  };
}

/** Checks that a name by which clients ask means one thing at each frontend. Graphs of one model may share it. */
function checkServedNames(graphs: readonly GraphConfig[], isSound: IsSound, report: ReportMistake): void {
  const sound = graphs
    .map((graph, i) => ({ graph, i }))
    .filter(({ i }) => ["name", "model", "servedBy", "loras"].every((part) => isSound("graphs", i, part)));
  const owners = new Map<string, string>();
  const nameOf = ({ name, servedBy = name }: GraphConfig, served: string) => `${servedBy} ${served}`;
  for (const { graph } of sound) owners.set(nameOf(graph, graph.model), `the model of graph "${graph.name}"`);
  for (const { graph, i } of sound)
    for (const [j, { name }] of graph.loras.entries()) {
      const owner = owners.get(nameOf(graph, name));
      if (owner !== undefined)
        report(
          ["graphs", i, "loras", j, "name"],
          `"${name}" is used twice, as it is ${owner} too, behind the same frontends: give each adapter a name of its own`,
        );
      else owners.set(nameOf(graph, name), `an adapter of graph "${graph.name}"`);
    }
}

function checkRoles({ workers, prefill, decode, planner }: GraphConfig, report: ReportMistake): void {
  const split = prefill ?? decode;
  if (workers && split)
    report(
      ["workers"],
      "do all of a request, prefill and decode each a part: remove workers, or both of the others",
    );
  if (prefill && !decode) report(["decode"], "is missing: prefill workers need decode workers");
  if (decode && !prefill) report(["prefill"], "is missing: decode workers need prefill workers");
  if (planner && !split)
    report(["planner"], "scales prefill and decode workers: write prefill and decode in place of workers");
}

function checkComponentNames(graph: GraphConfig, report: ReportMistake): void {
  const names = [
    ...(graph.endpointPicker
      ? [{ key: "endpointPicker", name: graph.endpointPicker.name }]
      : graph.servedBy === undefined
        ? [{ key: "frontend", name: graph.frontend.name }]
        : []),
    ...(graph.planner ? [{ key: "planner", name: plannerName }] : []),
    ...poolsOf(graph),
  ];
  for (const [i, { key, name }] of names.entries()) {
    const other = names.slice(0, i).find((before) => before.name.toLowerCase() === name.toLowerCase());
    if (other)
      report(
        [key, "name"],
        `"${name}" and the ${other.key}'s "${other.name}" differ at most in case, but their Services are named in ` +
          "lower case: write another name",
      );
  }
}

function checkServedBy(
  { name, servedBy, frontend }: GraphConfig,
  { byName, areAll }: Servers,
  report: ReportMistake,
): void {
  if (servedBy === undefined) return;
  const server = byName.get(servedBy);
  if (servedBy === name || (server === undefined && areAll))
    report(["servedBy"], `"${servedBy}" is no other graph of the stack: write the name of one`);
  else if (server?.servedBy !== undefined)
    report(["servedBy"], `"${servedBy}" has no frontend itself: write "${server.servedBy}"`);
  else if (server?.endpointPicker)
    report(
      ["servedBy"],
      `"${servedBy}" has no frontends of its own, but endpointPicker: write another graph`,
    );
  if (frontend.expose !== undefined)
    report(["frontend", "expose"], `is of no use: the frontend is that of "${servedBy}"; remove it`);
}

function checkServedRouter({ servedBy, router }: GraphConfig, report: ReportMistake): void {
  if (servedBy !== undefined && (router.mode !== "round-robin" || router.index !== undefined))
    report(["router"], `is that of "${servedBy}", whose frontends choose the workers: write it there`);
}

function checkUniqueName({ name }: GraphConfig, taken: Set<string>, report: ReportMistake): void {
  if (taken.has(name)) report(["name"], `"${name}" is used twice: give each graph a name of its own`);
  taken.add(name);
}

function checkUniquePort(graph: GraphConfig, taken: Map<number, string>, report: ReportMistake): void {
  const port = nodePortOf(graph);
  if (port === undefined) return;
  const owner = taken.get(port);
  if (owner === undefined) taken.set(port, graph.name);
  else
    report(
      ["frontend", "expose", "nodePort"],
      `${port} is already the port of graph "${owner}": write another between 30000 and 32767`,
    );
}

function nodePortOf({ frontend }: GraphConfig): number | undefined {
  return frontend?.expose?.type === "NodePort" ? frontend.expose.nodePort : undefined;
}
