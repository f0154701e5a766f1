/** Rules on graphs: each by itself, and beside the others of the stack. */
import { componentsOf, deploymentOf, plannerName } from "./deployment";
import type { GraphConfig } from "./graph";
import { nameLimits } from "./names";
import { type Pool, poolsOf } from "./pools";
import type { IsSound, Report } from "./rules";
import type { StackConfig } from "./schema";
import { checkSupport } from "./supportRules";
import { isSince, runtimeLine } from "./versions";

/** What holds of names holds in both, so that a change of the mode is always possible. */
const modes = ["kubernetes", "nats-etcd"] as const;

/** Parts of a graph from which the names of its components come. */
const naming = ["name", "backend", "frontend", "servedBy", "workers", "prefill", "decode"];

export function checkGraphs(config: StackConfig, isSound: IsSound, report: Report): void {
  if (!Array.isArray(config.graphs)) return;
  const named = config.graphs.map((_, i) => naming.every((part) => isSound("graphs", i, part)));
  const hasNames = (i: number) => named[i] === true;
  const stackIsSound = isSound("discovery", "mode") && isSound("platform", "apiVersion");
  const hasDeployment = (i: number) => stackIsSound && hasNames(i) && isSound("graphs", i, "revision");
  const deployed = config.graphs.filter((_, i) => hasDeployment(i));
  /** The graphs before the one that is looked at, by what is sound of them. */
  const earlier: Record<"deployed" | "named" | "exposed", GraphConfig[]> = {
    deployed: [],
    named: [],
    exposed: [],
  };
  for (const [i, graph] of config.graphs.entries()) {
    const isSoundHere: IsSound = (...rest) => isSound("graphs", i, ...rest);
    const reportHere: Report = (rest, message) => report(["graphs", i, ...rest], message);

    for (const key of ["workers", "prefill", "decode"] as const)
      if (isSoundHere("backend") && isSoundHere(key) && graph[key]) checkWorkers(graph, key, reportHere);
    if (isSoundHere("model") && isSoundHere("modelCache")) checkDownload(graph, reportHere);
    if (hasNames(i)) {
      checkRoles(graph, reportHere);
      checkComponentNames(graph, reportHere);
      checkServedBy(graph, config.graphs, (j) => isSound("graphs", j), reportHere);
      if (isSoundHere("router")) checkServedRouter(graph, reportHere);
      if (isSound("runtime", "version") && isSound("discovery", "mode") && isSound("platform"))
        checkSupport(config, graph, isSoundHere, reportHere);
    }
    if (hasDeployment(i)) {
      checkPodNames(config, graph, earlier.deployed, reportHere);
      if (isSound("runtime", "version")) checkNamespaces(config, graph, deployed, reportHere);
      if (isSound("namespace", "name")) checkLengths(config, graph, reportHere);
    }
    if (isSoundHere("name")) checkUniqueName(graph, earlier.named, reportHere);
    if (isSoundHere("frontend")) checkUniquePort(graph, earlier.exposed, reportHere);

    if (hasDeployment(i)) earlier.deployed.push(graph);
    if (isSoundHere("name")) earlier.named.push(graph);
    if (isSoundHere("name") && isSoundHere("frontend")) earlier.exposed.push(graph);
  }
}

function checkWorkers(graph: GraphConfig, key: Pool["key"], report: Report): void {
  const pool = poolsOf({
    ...graph,
    workers: undefined,
    prefill: undefined,
    decode: undefined,
    [key]: graph[key],
  })[0];
  if (pool === undefined) return;
  checkParallelism(pool, report);
  checkScaling(pool, graph, report);
}

function checkParallelism(
  { key, gpus, nodes, tensorParallel, pipelineParallel }: Pool,
  report: Report,
): void {
  const available = gpus * nodes;
  const worker = `${available} GPUs (${gpus} gpus x ${nodes} nodes)`;
  if (tensorParallel === undefined) {
    if (available % pipelineParallel !== 0)
      report(
        [key, "pipelineParallel"],
        `${pipelineParallel} does not divide a worker's ${worker}: change one of them`,
      );
    return;
  }
  const needed = tensorParallel * pipelineParallel;
  if (needed !== available)
    report(
      [key, "tensorParallel"],
      `${tensorParallel} tensor x ${pipelineParallel} pipeline parallel is ${needed}, but a worker has ${worker}: make them equal`,
    );
}

function checkScaling({ key, replicas, scaling }: Pool, { planner }: GraphConfig, report: Report): void {
  if (planner && replicas !== undefined)
    report([key, "replicas"], "belong to the planner: remove them, or remove the planner");
  if (scaling === undefined) return;
  if (replicas !== undefined)
    report([key, "replicas"], `belong to the scaler: remove them, or remove ${key}.scaling`);
  if (scaling.min > scaling.max)
    report(
      [key, "scaling", "min"],
      `must be at most ${key}.scaling.max (${scaling.max}), found ${scaling.min}`,
    );
  if (planner) report([key, "scaling"], "and the planner would both set the replicas: remove one of them");
}

function checkDownload({ model, modelCache }: GraphConfig, report: Report): void {
  if (modelCache?.pvc?.download && model.startsWith("/"))
    report(
      ["modelCache", "pvc", "download"],
      `can't be done of a path: write the model's name, or remove it`,
    );
}

function checkRoles({ workers, prefill, decode, planner }: GraphConfig, report: Report): void {
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

function checkComponentNames(graph: GraphConfig, report: Report): void {
  const names = [
    ...(graph.servedBy === undefined ? [{ key: "frontend", name: graph.frontend.name }] : []),
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
  graphs: readonly GraphConfig[],
  isSound: (i: number) => boolean,
  report: Report,
): void {
  if (servedBy === undefined) return;
  const server = graphs.find((other, i) => isSound(i) && other.name === servedBy);
  if (servedBy === name || (server === undefined && graphs.every((_, i) => isSound(i))))
    report(["servedBy"], `"${servedBy}" is no other graph of the stack: write the name of one`);
  else if (server?.servedBy !== undefined)
    report(["servedBy"], `"${servedBy}" has no frontend itself: write "${server.servedBy}"`);
  if (frontend.expose !== undefined)
    report(["frontend", "expose"], `is of no use: the frontend is that of "${servedBy}"; remove it`);
}

function checkServedRouter({ servedBy, router }: GraphConfig, report: Report): void {
  if (servedBy !== undefined && (router.mode !== "round-robin" || router.index !== undefined))
    report(["router"], `is that of "${servedBy}", whose frontends choose the workers: write it there`);
}

function checkLengths(config: StackConfig, graph: GraphConfig, report: Report): void {
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

/** From 1.0 a frontend takes up all workers whose Dynamo namespace, `<namespace>-<deployment>-<hash>`, begins with its own. */
function checkNamespaces(
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

function checkUniqueName(graph: GraphConfig, earlier: readonly GraphConfig[], report: Report): void {
  if (earlier.some((other) => other.name === graph.name))
    report(["name"], `"${graph.name}" is used twice: give each graph a name of its own`);
}

/**
 * Names of pods begin with their graph's: alerts and dashboards know whose they are by that alone, also while graphs of one
 * mode take the place of those of the other.
 */
function checkPodNames(
  { platform }: StackConfig,
  graph: GraphConfig,
  earlier: readonly GraphConfig[],
  report: Report,
): void {
  const deploymentsOf = (one: GraphConfig) =>
    modes.map((mode) => deploymentOf(one, mode, platform.apiVersion));
  const isMistaken = (one: GraphConfig, other: GraphConfig) => {
    // Most names begin differently: only the others are looked at.
    const close = deploymentsOf(other).filter((name) =>
      deploymentsOf(one).some((start) => name.startsWith(start)),
    );
    if (close.length === 0) return false;
    const components = componentsOf(one).map(({ name }) => name.toLowerCase());
    const starts = deploymentsOf(one).flatMap((name) =>
      ["0", ...components].map((part) => `${name}-${part}`),
    );
    return close.some(
      (name) =>
        deploymentsOf(one).includes(name) ||
        starts.some((start) => name === start || name.startsWith(`${start}-`)),
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

function checkUniquePort(graph: GraphConfig, earlier: readonly GraphConfig[], report: Report): void {
  const port = nodePortOf(graph);
  if (port === undefined) return;
  const owner = earlier.find((other) => nodePortOf(other) === port);
  if (owner !== undefined)
    report(
      ["frontend", "expose", "nodePort"],
      `${port} is already the port of graph "${owner.name}": write another between 30000 and 32767`,
    );
}

function nodePortOf({ frontend }: GraphConfig): number | undefined {
  return frontend?.expose?.type === "NodePort" ? frontend.expose.nodePort : undefined;
}
