/** How many GPUs the stack may take, and what scales it. */
import { type Case, resourceOf, unknown } from "../judge";
import { component, deployment, frontend, gpus, graph, newGraph, object, worker } from "../objects";

const llama = "DynamoGraphDeployment dynamo/llama";

const quota = (amount: unknown, namespace: unknown = "dynamo") =>
  object(
    "v1",
    "ResourceQuota",
    "gpus",
    { spec: { hard: { "requests.nvidia.com/gpu": amount, pods: 99 } } },
    { namespace },
  );

const autoscaler = (kind: string, name: string, maxReplicas: unknown = 3) =>
  object("autoscaling/v2", "HorizontalPodAutoscaler", "load", {
    spec: { scaleTargetRef: { kind, name }, maxReplicas },
  });

const adapter = "DynamoGraphDeploymentScalingAdapter";
const { replicas: _, ...unwritten } = worker(2);

export const cases: Readonly<Record<string, readonly Case[]>> = {
  "gpu-budget": [
    ["as many as the default", [graph({ Frontend: frontend, Worker: worker(8, {}, { replicas: 2 }) })], []],
    ["nothing", [], []],
    ["objects without GPUs", [deployment({}), object("v1", "ConfigMap", "files")], []],
    [
      "too many, of several objects",
      [
        graph({ Worker: worker(8, {}, { replicas: 2 }) }),
        deployment({ resources: gpus("1") }, {}, { replicas: 2 }),
      ],
      [
        `the stack takes 18 GPUs, and the policies allow 16: 2 by trainer of Deployment dynamo/trainer, 16 by Worker of ${llama}`,
      ],
    ],
    [
      "nodes of a replica",
      [graph({ Worker: worker(4, {}, { multinode: { nodeCount: 2 } }) })],
      [`the stack takes 8 GPUs, and the policies allow 4: 8 by Worker of ${llama}`],
      { gpus: 4 },
    ],
    [
      "too many when scaled out",
      [
        newGraph([component("Worker", "worker", { resources: gpus(8) })]),
        autoscaler(adapter, "llama-worker"),
      ],
      [`the stack takes 24 GPUs, and the policies allow 16: 24 by Worker of ${llama}`],
    ],
    [
      "a budget that was raised",
      [deployment({ resources: gpus(8) }, {}, { replicas: 10 })],
      [],
      { gpus: 80 },
    ],
    [
      "a quota above the budget, and one that is too small",
      [
        quota("32"),
        graph({ Worker: worker(1) }),
        quota(0, "other"),
        deployment({ resources: gpus(1) }, {}, {}, { namespace: "other" }),
      ],
      [
        "ResourceQuota dynamo/gpus allows 32 nvidia.com/gpu, and the policies allow 16: lower dynamo:budget.gpus",
        "ResourceQuota other/gpus allows 0 nvidia.com/gpu, and the stack takes 1",
      ],
    ],
    [
      "two quotas whose names are not known yet, each of which is told",
      ["one", "other"].map((name) => ({
        ...resourceOf(quota("32", name)),
        props: quota("32", unknown),
      })),
      Array(2).fill(
        "ResourceQuota gpus allows 32 nvidia.com/gpu, and the policies allow 16: lower dynamo:budget.gpus",
      ),
    ],
    [
      "replicas that are not known yet",
      [graph({ Worker: worker(1, {}, { replicas: unknown }) })],
      [`GPUs that can't be counted: ${llama}: replicas of Worker are not known yet: write a number`],
    ],
    [
      "an image that is not known yet",
      [graph({ Worker: worker(1, { image: unknown }, { replicas: 17 }) })],
      [`the stack takes 17 GPUs, and the policies allow 16: 17 by Worker of ${llama}`],
    ],
    [
      "settings of another type",
      [],
      ["the settings of gpu-budget can't be used: ✖ must be at least 0, found -1 → at gpu-budget.gpus"],
      { gpus: -1 },
    ],
  ],
  "gpu-limits": [
    ["as many as the defaults", [graph({ Worker: worker(8, {}, { replicas: 2 }) })], []],
    ["an object without pods", [quota(99)], []],
    [
      "too many of a pod",
      [graph({ Worker: worker(9) })],
      [`${llama}: a pod of Worker takes 9 GPUs, and the limit is 8`],
    ],
    [
      "too many of a component",
      [graph({ Worker: worker(8, {}, { replicas: 3, multinode: { nodeCount: 2 } }) })],
      [`${llama}: Worker takes 48 GPUs (8 a pod x 2 nodes x 3 replicas), and the limit is 16`],
    ],
    [
      "other limits",
      [deployment({ resources: gpus(2) })],
      [
        "Deployment dynamo/trainer: a pod of trainer takes 2 GPUs, and the limit is 1",
        "Deployment dynamo/trainer: trainer takes 2 GPUs (2 a pod x 1 nodes x 1 replicas), and the limit is 1",
      ],
      { perPod: 1, perComponent: 1 },
    ],
    ["a count that is not known yet", [graph({ Worker: worker(unknown) })], []],
    [
      "a name that is not known yet",
      [deployment({ resources: gpus(9) }, {}, {}, { namespace: unknown })],
      ["Deployment trainer: a pod of trainer takes 9 GPUs, and the limit is 8"],
    ],
    [
      "settings of another type",
      [deployment({})],
      [
        'the settings of gpu-limits can\'t be used: ✖ must be a whole number, found "8" → at gpu-limits.perPod',
      ],
      { perPod: "8" },
    ],
  ],
  "gpu-quota": [
    ["a quota of the namespace", [graph({ Worker: worker(1) }), quota(16)], []],
    ["no GPUs", [graph({ Frontend: frontend }), deployment({})], []],
    [
      "none",
      [graph({ Worker: worker(1) })],
      ["no ResourceQuota limits the GPUs of namespace dynamo: set dynamo:budget.gpus"],
    ],
    [
      "one of another namespace",
      [quota(16), deployment({ resources: gpus(1) }, {}, {}, { namespace: "other" })],
      ["no ResourceQuota limits the GPUs of namespace other: set dynamo:budget.gpus"],
    ],
    [
      "one of pods alone",
      [graph({ Worker: worker(1) }), object("v1", "ResourceQuota", "pods", { spec: { hard: { pods: 4 } } })],
      ["no ResourceQuota limits the GPUs of namespace dynamo: set dynamo:budget.gpus"],
    ],
    ["an amount that is not known yet", [graph({ Worker: worker(1) }), quota(unknown)], []],
    [
      "an image that is not known yet",
      [graph({ Worker: worker(1, { image: unknown }) })],
      ["no ResourceQuota limits the GPUs of namespace dynamo: set dynamo:budget.gpus"],
    ],
  ],
  "scaled-replicas": [
    ["replicas, and nothing that scales", [graph({ Worker: worker(1) })], []],
    [
      "something that scales, and no replicas",
      [graph({ Worker: unwritten }), autoscaler(adapter, "llama-worker")],
      [],
    ],
    [
      "something that scales another",
      [deployment({}, {}, { replicas: 2 }), autoscaler("Deployment", "web")],
      [],
    ],
    [
      "a Deployment",
      [deployment({}, {}, { replicas: 2 }), autoscaler("Deployment", "trainer")],
      ["Deployment dynamo/trainer: trainer has replicas, and HorizontalPodAutoscaler dynamo/load scales it"],
    ],
    [
      "a component, by an adapter with a name of its own",
      [
        graph({ Worker: worker(1) }),
        object("nvidia.com/v1alpha1", adapter, "w", {
          spec: { dgdRef: { name: "llama", serviceName: "Worker" } },
        }),
        object("keda.sh/v1alpha1", "ScaledObject", "load", {
          spec: { scaleTargetRef: { kind: adapter, name: "w" } },
        }),
      ],
      [`${llama}: Worker has replicas, and ${adapter} dynamo/w scales it`],
    ],
    [
      "a target that is not known yet",
      [deployment({}, {}, { replicas: 2 }), autoscaler("Deployment", unknown)],
      [],
    ],
    [
      "replicas that are not known yet",
      [deployment({}, {}, { replicas: unknown }), autoscaler("Deployment", "trainer")],
      ["Deployment dynamo/trainer: trainer has replicas, and HorizontalPodAutoscaler dynamo/load scales it"],
    ],
  ],
};
