import { type Case, unknown } from "../judge";
import { component, deployment, frontend, graph, members, newGraph, object, worker } from "../objects";

const backend = (value: string) => ({ annotations: { "nvidia.com/dynamo-discovery-backend": value } });
const nats = { name: "NATS_SERVER", value: "nats://nats.nats-system:4222" };
const etcd = { name: "ETCD_ENDPOINTS", value: "http://etcd.etcd-system:2379" };
const services = { Frontend: frontend, Worker: worker(1) };
const components = [component("Frontend", "frontend"), component("Worker", "worker")];
const llama = "DynamoGraphDeployment dynamo/llama";
const advice =
  "has no discovery backend that the operator knows: annotate it with nvidia.com/dynamo-discovery-backend: kubernetes or etcd";

const choosing = (...args: string[]) => ({ args: ["-m", "dynamo.vllm", ...args] });
const past = (name: string, word: string) =>
  `${name} has something discover by ${word}, and ${llama} discovers by kubernetes`;

const oneDiscoveryMode: readonly Case[] = [
  ...["--discovery-backend=etcd", "--discovery_backend etcd", "--disc-b etcd", "--store-kv etcd"].map(
    (flag): Case => [
      `a worker that chooses by ${flag}`,
      [graph({ ...services, Worker: worker(1, choosing(flag)) }, {}, backend("kubernetes"))],
      [past(llama, "etcd")],
    ],
  ),
  ...["DYN_DISCOVERY_BACKEND", "DYN_STORE_KV"].map(
    (name): Case => [
      `a worker that chooses by ${name}`,
      [
        graph(
          { ...services, Worker: worker(1, { env: [{ name, value: "file" }] }) },
          {},
          backend("kubernetes"),
        ),
      ],
      [past(llama, "file")],
    ],
  ),
  ...["export DYN_DISCOVERY_BACKEND=etcd; exec", "DYN_STORE_KV='etcd'", "env DYN_KV_STORE=etcd"].map(
    (before): Case => [
      `a script that chooses by ${before}`,
      [
        graph(
          {
            ...services,
            Worker: worker(1, { command: ["sh", "-c"], args: [`${before} python3 -m dynamo.vllm`] }),
          },
          {},
          backend("kubernetes"),
        ),
      ],
      [past(llama, "etcd")],
    ],
  ),
  [
    "a component of its own beside a graph, which is annotated otherwise",
    [
      graph(services, {}, backend("kubernetes")),
      object("nvidia.com/v1alpha1", "DynamoComponentDeployment", "more", { spec: {} }, backend("etcd")),
      object("nvidia.com/v1alpha1", "DynamoComponentDeployment", "same", { spec: {} }, backend("kubernetes")),
    ],
    [past("DynamoComponentDeployment dynamo/more", "etcd")],
  ],
  [
    "a Deployment beside a graph that chooses another",
    [
      graph(services, {}, backend("kubernetes")),
      deployment({ command: ["python3", "-m", "dynamo.frontend", "--discovery-backend", "etcd"] }),
    ],
    [past("Deployment dynamo/trainer", "etcd")],
  ],
  [
    "flags and env that choose what the graph does",
    [
      graph(
        {
          ...services,
          Worker: worker(1, {
            ...choosing("--store-kv", "mem"),
            env: [{ name: "DYN_DISCOVERY_BACKEND", value: "kubernetes" }],
          }),
        },
        {},
        backend("kubernetes"),
      ),
    ],
    [],
  ],
  ["kubernetes", [graph(services, {}, backend("kubernetes"))], []],
  [
    "etcd",
    [graph(services, { envs: [nats, etcd] }, backend("etcd")), members(3), members(3, { name: "etcd" })],
    [],
  ],
  [
    "etcd in v1beta1",
    [newGraph(components, { env: [nats, etcd] }, backend("etcd")), members(3), members(3, { name: "etcd" })],
    [],
  ],
  [
    "someone else's NATS and etcd",
    [
      graph(
        services,
        {
          envs: [
            { ...nats, value: "nats://nats.example.com:4222" },
            { ...etcd, value: "https://etcd.example.com:2379" },
          ],
        },
        backend("etcd"),
      ),
    ],
    [],
  ],
  [
    "addresses of a Secret",
    [
      graph(
        services,
        { envs: [{ name: nats.name, valueFrom: { secretKeyRef: { name: "nats", key: "url" } } }, etcd] },
        backend("etcd"),
      ),
      members(3),
      members(3, { name: "etcd" }),
    ],
    [],
  ],
  ["servers, and no graph yet", [members(3), members(3, { name: "etcd" })], []],
  ["an object that is no graph", [object("v1", "ConfigMap", "files")], []],
  [
    "modes of two namespaces",
    [
      graph(services, {}, backend("kubernetes")),
      graph(
        services,
        {
          envs: [
            { ...nats, value: "nats://n:4222" },
            { ...etcd, value: "e:2379" },
          ],
        },
        { ...backend("etcd"), namespace: "other" },
      ),
    ],
    [],
  ],
  ["no annotation", [graph(services)], []],
  [
    "no annotation, beside a graph that has one",
    [graph(services), newGraph(components, {}, { ...backend("kubernetes"), name: "qwen" })],
    [
      `${llama} discovers as the operator is set, and DynamoGraphDeployment dynamo/qwen of the same namespace by kubernetes: annotate it, or tell operatorDefault in policies/config/`,
    ],
  ],
  [
    "no annotation, beside a graph that has what the operator is set to",
    [graph(services), newGraph(components, {}, { ...backend("kubernetes"), name: "qwen" })],
    [],
    { operatorDefault: "kubernetes" },
  ],
  [
    "no annotation, where the operator is set to what another graph is not",
    [
      graph(services, { envs: [nats, etcd] }),
      newGraph(components, {}, { ...backend("kubernetes"), name: "qwen" }),
    ],
    [`${llama} discovers by etcd, and DynamoGraphDeployment dynamo/qwen of the same namespace by kubernetes`],
    { operatorDefault: "etcd" },
  ],
  [
    "no annotation and no namespace, beside graphs of any",
    [
      graph(services, {}, { namespace: undefined }),
      newGraph(components, {}, { ...backend("kubernetes"), name: "qwen", namespace: undefined }),
    ],
    [],
  ],
  ["another annotation", [newGraph(components, {}, backend("nats"))], [`${llama} ${advice}`]],
  [
    "kubernetes, with addresses",
    [
      graph(services, { envs: [nats] }, backend("kubernetes")),
      newGraph(components, { env: [etcd] }, { ...backend("kubernetes"), name: "qwen" }),
      members(3),
      members(3, { name: "etcd" }),
    ],
    [
      `${llama} discovers by kubernetes, and its pods are given NATS_SERVER`,
      "DynamoGraphDeployment dynamo/qwen discovers by kubernetes, and its pods are given ETCD_ENDPOINTS",
    ],
  ],
  [
    "etcd, without an address, or with one for some",
    [
      graph(
        { ...services, Worker: worker(1, {}, { envs: [{ ...nats, value: "nats://n:4222" }] }) },
        {},
        backend("etcd"),
      ),
    ],
    [
      `${llama} discovers by etcd, and the pods of Frontend are not given NATS_SERVER`,
      `${llama} discovers by etcd, and the pods of Frontend and Worker are not given ETCD_ENDPOINTS`,
    ],
  ],
  [
    "both modes in one namespace",
    [
      graph(services, {}, backend("kubernetes")),
      newGraph(
        components,
        {
          env: [
            { ...nats, value: "nats://n:4222" },
            { ...etcd, value: "e:2379" },
          ],
        },
        { ...backend("etcd"), name: "qwen" },
      ),
    ],
    [`DynamoGraphDeployment dynamo/qwen discovers by etcd, and ${llama} of the same namespace by kubernetes`],
  ],
  [
    "servers that are not there",
    [
      graph(services, { envs: [nats, etcd] }, backend("etcd")),
      object("v1", "Service", "nats", {}, { namespace: "nats-system" }),
      members(3, { name: "etcd" }),
    ],
    [`${llama} needs nats, which is not in the stack`],
  ],
  ["another stack's NATS and etcd", [graph(services, { envs: [nats, etcd] }, backend("etcd"))], []],
  [
    "another stack's NATS, and an etcd of its own",
    [graph(services, { envs: [nats, etcd] }, backend("etcd")), members(3, { name: "etcd" })],
    [],
  ],
  [
    "servers that nobody uses",
    [graph(services, {}, backend("kubernetes")), members(3), members(3, { name: "etcd" })],
    [
      "StatefulSet nats-system/nats runs, and no graph uses it",
      "StatefulSet etcd-system/etcd runs, and no graph uses it",
    ],
  ],
  [
    "both modes, in namespaces that are not known yet",
    [
      graph(services, {}, { ...backend("kubernetes"), namespace: unknown }),
      newGraph(
        components,
        {
          env: [
            { ...nats, value: "nats://n:4222" },
            { ...etcd, value: "e:2379" },
          ],
        },
        { ...backend("etcd"), name: "qwen", namespace: unknown },
      ),
    ],
    [],
  ],
  [
    "pods that are not known yet",
    [graph({ Worker: { componentType: "worker", extraPodSpec: unknown } }, {}, backend("etcd"))],
    [],
  ],
  ["an annotation that is not known yet", [graph(services, {}, backend(unknown))], []],
  [
    "env that is not known yet",
    [graph(services, { envs: unknown }, backend("etcd")), members(3), members(3, { name: "etcd" })],
    [],
  ],
  [
    "a StatefulSet whose namespace is not known yet",
    [
      graph(services, { envs: [nats, { ...etcd, value: "e:2379" }] }, backend("etcd")),
      object("apps/v1", "StatefulSet", "nats", {}, { namespace: unknown }),
    ],
    [],
  ],
  [
    "an image that is not known yet",
    [
      graph(
        { Worker: worker(1, { image: unknown }) },
        { envs: [{ ...etcd, value: "e:2379" }] },
        backend("etcd"),
      ),
    ],
    [`${llama} discovers by etcd, and the pods of Worker are not given NATS_SERVER`],
  ],
];

const annotated: readonly Case[] = [
  ["kubernetes", [graph(services, {}, backend("kubernetes"))], []],
  ["one that is not known yet", [graph(services, {}, backend(unknown))], []],
  [
    "none",
    [graph(services), newGraph(components, {}, { name: "qwen", annotations: { other: "etcd" } })],
    [
      `${llama} discovers as its operator is set: another setting, or cluster, changes its mode`,
      "DynamoGraphDeployment dynamo/qwen discovers as its operator is set: another setting, or cluster, changes its mode",
    ],
  ],
];

export const cases = { "one-discovery-mode": oneDiscoveryMode, "discovery-annotation": annotated };
