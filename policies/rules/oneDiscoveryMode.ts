import { at, nameOf, text } from "../../plan/manifest";
import type { ClusterObject } from "../clusterObject";
import { plainEnvOf } from "../containers";
import { stackRule } from "../rule";

const annotation = "nvidia.com/dynamo-discovery-backend";
const addresses = ["NATS_SERVER", "ETCD_ENDPOINTS"] as const;

export const oneDiscoveryMode = stackRule({
  name: "one-discovery-mode",
  description:
    "All graphs of a namespace find each other in one way, and NATS and etcd are there exactly when they need them.",
  severity: "critical",
  remedy: "Choose by dynamo:discovery.mode: frontends of one mode see no worker of the other.",
  check(objects, _, report) {
    const graphs = objects.filter(({ manifest }) => manifest.kind === "DynamoGraphDeployment").map(readGraph);
    for (const graph of graphs) checkGraph(graph, report);
    for (const { name, urn, namespace, backend } of graphs) {
      const other = graphs.find((graph) => graph.namespace === namespace && graph.backend !== backend);
      if (other && backend < other.backend)
        report(
          `${name} discovers by ${backend}, and ${other.name} of the same namespace by ${other.backend}`,
          urn,
        );
    }
    checkServers(objects, graphs, report);
  },
});

interface Graph {
  readonly name: string;
  readonly urn: string;
  readonly namespace: string;
  readonly backend: string;
  /** Addresses that its pods are given, by env. */
  readonly env: Readonly<Record<string, string>>;
}

type Report = (message: string, urn?: string) => void;

function readGraph({ manifest, urn }: ClusterObject): Graph {
  return {
    name: nameOf(manifest),
    urn,
    namespace: text(at(manifest, "metadata", "namespace")),
    backend: text(at(manifest, "metadata", "annotations", annotation)),
    env: Object.fromEntries(plainEnvOf(manifest).map(({ name, value }) => [name, value])),
  };
}

function checkGraph({ name, urn, backend, env }: Graph, report: Report): void {
  switch (backend) {
    case "kubernetes":
      for (const address of addresses)
        if (address in env) report(`${name} discovers by kubernetes, and its pods are given ${address}`, urn);
      break;
    case "etcd":
      for (const address of addresses)
        if (!(address in env))
          report(`${name} discovers by etcd, and its pods are not given ${address}`, urn);
      break;
    default:
      report(
        `${name} does not say how it discovers: annotate it with ${annotation}: kubernetes or etcd`,
        urn,
      );
  }
}

/** The Services of this program's NATS and etcd. */
const servers = [
  { env: "NATS_SERVER", name: "nats", host: "nats.nats-system" },
  { env: "ETCD_ENDPOINTS", name: "etcd", host: "etcd.etcd-system" },
] as const;

function checkServers(objects: readonly ClusterObject[], graphs: readonly Graph[], report: Report): void {
  for (const { env, name, host } of servers) {
    const server = objects.find(
      ({ manifest }) =>
        manifest.kind === "StatefulSet" &&
        `${at(manifest, "metadata", "name")}.${at(manifest, "metadata", "namespace")}` === host,
    );
    const users = graphs.filter((graph) => graph.env[env]?.includes(host));
    if (server && graphs.length > 0 && users.length === 0)
      report(`${nameOf(server.manifest)} runs, and no graph uses it`, server.urn);
    if (!server)
      for (const user of users) report(`${user.name} needs ${name}, which is not in the stack`, user.urn);
  }
}
