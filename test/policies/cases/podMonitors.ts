import { type Case, unknown } from "../judge";
import { component, frontend, graph, members, newGraph, object, podMonitor, worker } from "../objects";

const llama = "DynamoGraphDeployment dynamo/llama";
const services = { Frontend: frontend, Worker: worker(1) };
const components = [component("Frontend", "frontend"), component("Worker", "worker")];
const metrics = { "nvidia.com/metrics-enabled": "true" };
const type = "nvidia.com/dynamo-component-type";
const everything = podMonitor({ matchLabels: metrics });
const missing = (name: string) => `${llama}: no PodMonitor selects the pods of ${name}`;

const podMonitors: readonly Case[] = [
  ["one for all", [graph(services), everything], []],
  [
    "one for each",
    [
      newGraph(components),
      podMonitor({ matchLabels: { [type]: "frontend" } }),
      podMonitor({ matchExpressions: [{ key: type, operator: "In", values: ["worker", "decode"] }] }),
    ],
    [],
  ],
  [
    "by the graph's and the component's names",
    [
      graph(services),
      podMonitor({
        matchLabels: { "nvidia.com/dynamo-graph-deployment-name": "llama" },
        matchExpressions: [
          { key: "nvidia.com/dynamo-component", operator: "NotIn", values: ["Planner"] },
          { key: type, operator: "Exists" },
          { key: "team", operator: "DoesNotExist" },
        ],
      }),
    ],
    [],
  ],
  [
    "of any namespace",
    [graph(services), podMonitor({}, { namespaceSelector: { any: true } }, { namespace: "monitoring" })],
    [],
  ],
  [
    "of named namespaces",
    [
      graph(services),
      podMonitor({}, { namespaceSelector: { matchNames: ["dynamo"] } }, { namespace: "monitoring" }),
    ],
    [],
  ],
  ["of its own namespace", [graph(services), podMonitor({}, { namespaceSelector: {} })], []],
  [
    "metrics turned off",
    [graph(services, {}, { annotations: { "nvidia.com/enable-metrics": "false" } })],
    [],
  ],
  [
    "what is neither a graph nor a server",
    [object("apps/v1", "StatefulSet", "web"), object("v1", "Pod", "a")],
    [],
  ],
  [
    "members of NATS",
    [
      members(3),
      podMonitor({ matchLabels: { "app.kubernetes.io/name": "nats" } }, {}, { namespace: "nats-system" }),
    ],
    [],
  ],
  ["none", [graph(services)], [missing("Frontend"), missing("Worker")]],
  [
    "of another namespace",
    [graph(services), podMonitor({}, {}, { namespace: "monitoring" })],
    [missing("Frontend"), missing("Worker")],
  ],
  [
    "of other names",
    [graph(services), podMonitor({}, { namespaceSelector: { matchNames: ["web"] } })],
    [missing("Frontend"), missing("Worker")],
  ],
  [
    "of frontends alone",
    [graph(services), podMonitor({ matchLabels: { [type]: "frontend" } })],
    [missing("Worker")],
  ],
  [
    "by an operator that there is not",
    [
      graph({ Worker: worker(1) }),
      podMonitor({ matchExpressions: [{ key: type, operator: "Like", values: ["w*"] }] }),
    ],
    [missing("Worker")],
  ],
  [
    "members without one",
    [members(3), everything],
    ["StatefulSet nats-system/nats: no PodMonitor selects the pods of nats"],
  ],
  [
    "a selector that is not known yet",
    [graph(services), podMonitor({ matchLabels: { [type]: unknown } })],
    [],
  ],
  [
    "a port that is not known yet",
    [
      graph({ Worker: worker(1) }),
      podMonitor({ matchLabels: { [type]: "frontend" } }, { podMetricsEndpoints: [{ port: unknown }] }),
    ],
    [missing("Worker")],
  ],
];

export const cases = { "pod-monitors": podMonitors };
