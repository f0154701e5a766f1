/** Rules that look at more than one setting. Each says what was found, and what to write instead. */
import type { ExternalEtcd } from "./discovery";
import { deploymentName, nameLimits } from "./names";
import type { GraphConfig, StackConfig } from "./schema";
import { defaultQuota, gibibyte, toBytes, toMebibytes } from "./sizes";
import { runtimeLine, supportedVersions } from "./versions";

type Path = readonly PropertyKey[];
type Report = (path: Path, message: string) => void;
/** Whether a part of the config has the shape that the schema gives it. */
type IsSound = (...path: Path) => boolean;

/** What zod gives a refinement: the mistakes so far, and where to add more. */
interface Review {
  readonly issues: readonly { readonly code: string; readonly path?: PropertyKey[] | undefined }[];
  addIssue(issue: { code: "custom"; path: PropertyKey[]; message: string }): void;
}

/** Applies every rule to the parts whose shape is sound, so that all mistakes are reported at once. */
export function checkStack(config: StackConfig, review: Review): void {
  const wrong = review.issues
    .filter((issue) => issue.code !== "unrecognized_keys")
    .map((issue) => issue.path ?? []);
  const isSound: IsSound = (...path) =>
    !wrong.some((issue) => issue.every((key, i) => i >= path.length || key === path[i]));
  const report: Report = (path, message) => review.addIssue({ code: "custom", path: [...path], message });

  if (isSound("runtime", "version")) {
    checkVersion(config, report);
    if (isSound("discovery", "mode")) checkMode(config, report);
  }
  if (isSound("discovery")) checkEtcd(config, report);
  if (isSound("namespace", "name")) checkNamespace(config, report);
  if (!Array.isArray(config.graphs)) return;
  for (const [i, graph] of config.graphs.entries()) {
    const path = ["graphs", i];
    const isSoundHere: IsSound = (...rest) => isSound(...path, ...rest);
    const reportHere: Report = (rest, message) => report([...path, ...rest], message);
    if (isSoundHere("workers")) checkParallelism(graph, reportHere);
    const hasNames = (j: number) =>
      ["name", "frontend", "workers"].every((part) => isSound("graphs", j, part));
    if (hasNames(i)) {
      checkComponentNames(graph, reportHere);
      checkPodNames(
        graph,
        config.graphs.slice(0, i).filter((_, j) => hasNames(j)),
        reportHere,
      );
      if (isSound("discovery", "mode") && isSound("namespace", "name"))
        checkLengths(config, graph, reportHere);
    }
    const earlier = config.graphs.slice(0, i).filter((_, j) => isSound("graphs", j, "name"));
    if (isSoundHere("name")) checkUniqueName(graph, earlier, reportHere);
    if (isSoundHere("frontend")) checkUniquePort(graph, earlier, reportHere);
  }
}

function checkVersion({ runtime }: StackConfig, report: Report): void {
  if (runtimeLine(runtime.version) === undefined)
    report(
      ["runtime", "version"],
      `"${runtime.version}" is not known: write a version of ${supportedVersions}`,
    );
}

function checkMode({ runtime, discovery }: StackConfig, report: Report): void {
  if (discovery.mode === "kubernetes" && runtimeLine(runtime.version) === "0.7")
    report(
      ["discovery", "mode"],
      `"kubernetes" needs a runtime of 0.8 or newer, found ${runtime.version}, which always connects to NATS: ` +
        `write mode: nats-etcd, or raise dynamo:runtime.version`,
    );
}

function checkEtcd({ discovery }: StackConfig, report: Report): void {
  if (discovery.mode !== "nats-etcd") return;
  if (discovery.etcd.external) {
    checkExternalEtcd(discovery.etcd, report);
    return;
  }
  const { storage, quota = defaultQuota(storage), snapshots } = discovery.etcd;
  const path = ["discovery", "etcd"];
  if (toBytes(storage) < gibibyte) {
    report(
      [...path, "storage"],
      `must be at least 1Gi, found ${storage}: a new etcd takes 123 MB before the first key`,
    );
    return;
  }
  if (toBytes(quota) > toBytes(storage) / 2)
    report(
      [...path, "quota"],
      `must be at most half of etcd.storage (${storage}), found ${quota}: a full volume stops etcd before the ` +
        `quota's alarm; write ${defaultQuota(storage)}, or raise etcd.storage`,
    );
  if (snapshots?.storage !== undefined && toBytes(snapshots.storage) < 2 * toBytes(quota))
    report(
      [...path, "snapshots", "storage"],
      `must hold two snapshots, each up to the quota (${quota}), found ${snapshots.storage}: a new one is written ` +
        `before the oldest goes; leave it out, or write at least ${toMebibytes(2 * toBytes(quota))}`,
    );
}

/** Measured with runtimes 0.8.1 and 1.6.1: with a password they speak no TLS, and with TLS they send a certificate. */
function checkExternalEtcd({ endpoints, secret, certificate }: ExternalEtcd, report: Report): void {
  const path = ["discovery", "etcd"];
  if (secret !== undefined && certificate !== undefined)
    report(
      [...path, "certificate"],
      "and etcd.secret exclude each other: the runtime sends a password or a certificate; remove one",
    );
  const wanted = certificate === undefined ? "http" : "https";
  for (const [i, endpoint] of endpoints.entries())
    if (!endpoint.startsWith(`${wanted}://`))
      report(
        [...path, "endpoints", i],
        `must begin with ${wanted}://, found ${endpoint}: the runtime speaks TLS with a certificate of its own, and only then; ` +
          (certificate === undefined ? "name its Secret as etcd.certificate" : "remove etcd.certificate"),
      );
}

function checkNamespace({ namespace }: StackConfig, report: Report): void {
  if (["nats-system", "etcd-system", "default", "kube-system"].includes(namespace.name))
    report(
      ["namespace", "name"],
      `"${namespace.name}" is not for graphs: give them a namespace of their own`,
    );
}

function checkParallelism({ workers }: GraphConfig, report: Report): void {
  const { gpus, nodes, tensorParallel, pipelineParallel } = workers;
  const available = gpus * nodes;
  const worker = `${available} GPUs (${gpus} gpus x ${nodes} nodes)`;
  if (tensorParallel === undefined) {
    if (available % pipelineParallel !== 0)
      report(
        ["workers", "pipelineParallel"],
        `${pipelineParallel} does not divide a worker's ${worker}: change one of them`,
      );
    return;
  }
  const needed = tensorParallel * pipelineParallel;
  if (needed !== available)
    report(
      ["workers", "tensorParallel"],
      `${tensorParallel} tensor x ${pipelineParallel} pipeline parallel is ${needed}, but a worker has ${worker}: make them equal`,
    );
}

function checkComponentNames({ frontend, workers }: GraphConfig, report: Report): void {
  if (frontend.name.toLowerCase() === workers.name.toLowerCase())
    report(
      ["workers", "name"],
      `"${workers.name}" and the frontend's "${frontend.name}" differ at most in case, but their Services are named in ` +
        `lower case: write another name`,
    );
}

function checkLengths({ discovery, namespace }: StackConfig, graph: GraphConfig, report: Report): void {
  const deployment = deploymentName(graph.name, discovery.mode);
  const components = [
    { component: graph.frontend.name, multinode: false },
    { component: graph.workers.name, multinode: graph.workers.nodes > 1 },
  ];
  for (const { what, max, length } of nameLimits) {
    const longest = Math.max(
      ...components.map((names) => length({ namespace: namespace.name, deployment, ...names })),
    );
    if (longest > max)
      report(
        ["name"],
        `${what} must be at most ${max} characters, found ${longest} with "${deployment}": shorten it by ${longest - max}`,
      );
  }
}

function checkUniqueName(graph: GraphConfig, earlier: readonly GraphConfig[], report: Report): void {
  if (earlier.some((other) => other.name === graph.name))
    report(["name"], `"${graph.name}" is used twice: give each graph a name of its own`);
}

/** Names of pods begin with their graph's: alerts and dashboards know whose they are by that alone. */
function checkPodNames(graph: GraphConfig, earlier: readonly GraphConfig[], report: Report): void {
  const isMistaken = (one: GraphConfig, other: GraphConfig) =>
    ["0", one.frontend.name, one.workers.name].some((part) => {
      const start = `${one.name}-${part.toLowerCase()}`;
      return other.name === start || other.name.startsWith(`${start}-`);
    });
  const other = earlier.find((before) => isMistaken(before, graph) || isMistaken(graph, before));
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
