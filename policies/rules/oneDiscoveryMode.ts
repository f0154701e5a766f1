import { z } from "zod";
import { own } from "../../config/own";
import { discoveryAnnotation } from "../../config/runtime/runtime";
import { runningCommandOf } from "../../gpus/command";
import { at, nameOf, notKnown, text } from "../../gpus/manifest";
import { type Workload, workloadsOf } from "../../gpus/workloads";
import type { ClusterObject } from "../clusterObject";
import { type PlainEnv, plainEnvOf, podContainersOf } from "../containers";
import { type ReportViolation, stackRule } from "../rule";

const addresses = ["NATS_SERVER", "ETCD_ENDPOINTS"] as const;

export const oneDiscoveryMode = stackRule({
  name: "one-discovery-mode",
  description:
    "All graphs of a namespace have one discovery mode, and NATS and etcd are there exactly when they need them.",
  severity: "critical",
  remedy: "Choose by dynamo:discovery.mode: frontends of one mode see no worker of the other.",
  settings: z.strictObject({
    operatorDefault: z
      .enum(["kubernetes", "etcd", "unknown"])
      .default("unknown")
      .describe(
        "Discovery of graphs that are not annotated, as the operator has it from dynamo-operator.discoveryBackend of its chart.",
      ),
  }),
  check(objects, { operatorDefault }, report) {
    const graphs = objects
      .filter(({ manifest }) => manifest.kind === "DynamoGraphDeployment")
      .map((object) => readGraph(object, operatorDefault));
    for (const graph of graphs) checkGraph(graph, report);
    for (const object of objects) checkWords(object, graphs, report);
    for (const { name, urn, namespace, backend } of graphs) {
      if (namespace === notKnown) continue;
      const other = (...backends: readonly unknown[]) =>
        graphs.find((one) => one.namespace === namespace && backends.includes(one.backend));
      const [second, sure] = [other("kubernetes"), other("kubernetes", "etcd")];
      if (backend === "etcd" && second)
        report(`${name} discovers by etcd, and ${second.name} of the same namespace by kubernetes`, urn);
      // Nothing says that graphs without a namespace come into the same one.
      if (backend === "unknown" && sure && namespace !== undefined)
        report(
          `${name} discovers as the operator is set, and ${sure.name} of the same namespace by ${sure.backend}: annotate it, or tell operatorDefault in policies/config/`,
          urn,
        );
    }
    checkServers(objects, graphs, report);
  },
});

interface Graph {
  readonly name: string;
  readonly urn: string;
  readonly namespace: unknown;
  readonly backend: unknown;
  readonly components: readonly Workload[];
  readonly env: readonly PlainEnv[];
}

function readGraph({ manifest, urn }: ClusterObject, operatorDefault: string): Graph {
  return {
    name: nameOf(manifest),
    urn,
    namespace: at(manifest, "metadata", "namespace"),
    backend: at(manifest, "metadata", "annotations", discoveryAnnotation) ?? operatorDefault,
    components: workloadsOf(manifest).workloads,
    env: plainEnvOf(manifest),
  };
}

function checkGraph({ name, urn, backend, components, env }: Graph, report: ReportViolation): void {
  switch (backend) {
    case notKnown:
    case "unknown": // the operator's default decides: see discovery-annotation
      break;
    case "kubernetes":
      for (const address of addresses)
        if (env.some((variable) => variable.name === address))
          report(`${name} discovers by kubernetes, and its pods are given ${address}`, urn);
      break;
    case "etcd":
      for (const address of addresses) {
        const without = components.filter((component) => !isGiven(component, env, address));
        if (without.length > 0)
          report(
            `${name} discovers by etcd, and the pods of ${without.map(({ component }) => component).join(" and ")} are not given ${address}`,
            urn,
          );
      }
      break;
    default:
      report(
        `${name} has no discovery backend that the operator knows: annotate it with ${discoveryAnnotation}: kubernetes or etcd`,
        urn,
      );
  }
}

/** Flags and variables by which a process chooses its discovery itself, past the annotation; they may be cut short. */
const chooses =
  /(?:(?<![\w-])(?:DYN_DISCOVERY_BACKEND|DYN_STORE_KV|DYN_KV_STORE)=|--(?:dis[a-z]*[-_]?b[a-z]*|store[-_]?k[a-z]*|discovery)(?=["'\s=]))["'\s=]*([a-z]+)/g;
const variables = ["DYN_DISCOVERY_BACKEND", "DYN_STORE_KV", "DYN_KV_STORE"];

/** What each backend is called by flags and variables. Of the mode kubernetes, 0.8 and 0.9 keep their store in memory. */
const words: Readonly<Record<string, readonly string[]>> = {
  kubernetes: ["kubernetes", "mem"],
  etcd: ["etcd"],
};

/** Whether what runs in a graph, or beside graphs in their namespace, chooses another discovery than they have. */
function checkWords(
  { manifest, urn }: ClusterObject,
  graphs: readonly Graph[],
  report: ReportViolation,
): void {
  const name = nameOf(manifest);
  const namespace = at(manifest, "metadata", "namespace");
  const graph =
    graphs.find((one) => one.urn === urn && one.name === name) ??
    graphs.find((one) => one.namespace === namespace && typeof one.backend === "string");
  const backend = text(graph?.backend);
  const engine = own(words, backend);
  if (engine === undefined) return;
  const chosen = [
    ...podContainersOf(manifest).flatMap(({ container }) => {
      const command = runningCommandOf(container);
      return command.includes("dynamo") ? [...command.matchAll(chooses)].map(([, word = ""]) => word) : [];
    }),
    // Components of their own, which tell their mode as graphs do.
    ...[
      manifest.kind === "DynamoComponentDeployment"
        ? at(manifest, "metadata", "annotations", discoveryAnnotation)
        : "",
    ]
      .map(text)
      .filter((word) => word !== ""),
    ...plainEnvOf(manifest)
      .filter((variable) => variables.includes(variable.name) && variable.value !== "")
      .map(({ value }) => value),
  ];
  for (const word of new Set(chosen.filter((one) => !engine.includes(one))))
    report(
      `${name} has something discover by ${word}, and ${graph?.name} discovers by ${graph?.backend}`,
      urn,
    );
}

/** Whether a component's pods get a variable, as far as their env is known. */
function isGiven({ component, pod }: Workload, env: readonly PlainEnv[], variable: string): boolean {
  return (
    at(pod, "containers") === notKnown ||
    env.some((one) => [undefined, component].includes(one.component) && [variable, ""].includes(one.name))
  );
}

/** The Services of this program's NATS and etcd. */
const servers = [
  { env: "NATS_SERVER", name: "nats", namespace: "nats-system" },
  { env: "ETCD_ENDPOINTS", name: "etcd", namespace: "etcd-system" },
] as const;

function checkServers(
  objects: readonly ClusterObject[],
  graphs: readonly Graph[],
  report: ReportViolation,
): void {
  const sets = objects
    .filter(({ manifest }) => manifest.kind === "StatefulSet")
    .map(({ manifest, urn }) => ({
      urn,
      name: at(manifest, "metadata", "name"),
      namespace: at(manifest, "metadata", "namespace"),
    }));
  const isUnknown = sets.some(({ name, namespace }) => [name, namespace].includes(notKnown));
  for (const { env, name, namespace } of servers) {
    const server = sets.find((set) => set.name === name && set.namespace === namespace);
    const host = `${name}.${namespace}`;
    const values = (graph: Graph) => graph.env.filter((one) => one.name === env).map(({ value }) => value);
    // Where the stack has nothing in their namespace, they are another's, as `external: true` says.
    const runs = objects.some(({ manifest }) => at(manifest, "metadata", "namespace") === namespace);
    if (!server && !isUnknown && runs)
      for (const user of graphs.filter((graph) => values(graph).some((value) => value.includes(host))))
        report(`${user.name} needs ${name}, which is not in the stack`, user.urn);
    const mayUse = (graph: Graph) =>
      graph.env.some((one) => one.name === "") ||
      values(graph).some((value) => value === "" || value.includes(host));
    if (server && graphs.length > 0 && !graphs.some(mayUse))
      report(`StatefulSet ${namespace}/${name} runs, and no graph uses it`, server.urn);
  }
}
