/** GPUs within other objects, and those that only a rollout or another operator adds. */
import { deployment, gpus, object } from "../objects";
import {
  budget,
  type Evasion,
  kind,
  type Part,
  pod,
  template,
  tooMany,
  typed,
  whole,
  withWorker,
} from "./make";

/** An object within another, as a wrapper holds it. */
const inner = (name: string, apiVersion: string, spec: Part): Part => ({
  apiVersion,
  kind: name,
  metadata: { name: "inner" },
  spec,
});
const objects = [
  inner("Pod", "v1", pod()),
  inner("DynamoGraphDeploymentRequest", "nvidia.com/v1beta1", { model: "m" }),
  inner("DynamoGraphDeploymentScalingAdapter", "nvidia.com/v1alpha1", {
    replicas: 64,
    dgdRef: { name: "llama" },
  }),
  inner("RayCluster", "ray.io/v1", {}),
  inner("DeviceClassPatch", "resource.k8s.io/v1", { extendedResourceName: "rdma/ib" }),
];
const asYaml =
  "apiVersion: v1\nkind: Pod\nspec:\n  containers: [{ resources: { limits: { nvidia.com/gpu: 8 } } }]\n";

const surging = (strategy: Part, replicas = 2) => [
  deployment({ resources: gpus(1) }, {}, { replicas, ...strategy }),
];
const allowed = {
  "gpus-outside-graphs": { allowed: ["Deployment dynamo/trainer", "LeaderWorkerSet dynamo/sneaky"] },
};

export const hidden: readonly Evasion[] = [
  ...objects.flatMap((one): Evasion[] => [
    [
      `by a ${one.kind} within a ConfigMap's text`,
      budget,
      [object("v1", "ConfigMap", "sneaky", { data: { a: JSON.stringify(one) } })],
    ],
    [
      `by a ${one.kind} within a Secret`,
      budget,
      [
        object("v1", "Secret", "sneaky", {
          data: { a: Buffer.from(JSON.stringify(one)).toString("base64") },
        }),
      ],
    ],
    [
      `by a ${one.kind} within a ConfigMap's binary data`,
      budget,
      [
        object("v1", "ConfigMap", "sneaky", {
          binaryData: { a: Buffer.from(JSON.stringify(one)).toString("base64") },
        }),
      ],
    ],
    [
      `by a ${one.kind} within a Service`,
      budget,
      [object("v1", "Service", "sneaky", { spec: { deep: [{ in: one }] } })],
    ],
    [
      `by a ${one.kind} within a kind that is allowed`,
      budget,
      [kind("example.com/v1", "Wrapper", { manifests: [one] })],
      { "gpu-budget": { gpus: 4, allowedKinds: { "example.com/Wrapper": 0 } } },
    ],
  ]),
  ["by YAML in a text", budget, [object("v1", "ConfigMap", "sneaky", { data: { "pod.yaml": asYaml } })]],
  [
    "by YAML of which there are several",
    budget,
    [object("v1", "ConfigMap", "sneaky", { data: { a: `a: 1\n---\n${asYaml}` } })],
  ],
  [
    "by YAML that can't be read",
    budget,
    [object("v1", "ConfigMap", "sneaky", { data: { a: `${asYaml}{{ x }}: [` } })],
  ],
  [
    "by a script that applies YAML",
    budget,
    [object("v1", "ConfigMap", "sneaky", { data: { a: `kubectl apply -f - <<END\n${asYaml}END\n` } })],
  ],
  ["by surge in a number", tooMany, surging({ strategy: { rollingUpdate: { maxSurge: 9 } } }), allowed],
  ["by surge in percent", tooMany, surging({ strategy: { rollingUpdate: { maxSurge: "300%" } } }), allowed],
  [
    "by surge that is no number",
    budget,
    surging({ strategy: { rollingUpdate: { maxSurge: "many" } } }),
    allowed,
  ],
  [
    "by surge of groups",
    tooMany,
    [
      kind("leaderworkerset.x-k8s.io/v1", "LeaderWorkerSet", {
        rolloutStrategy: { rollingUpdateConfiguration: { maxSurge: 9 } },
        leaderWorkerTemplate: { size: 2, workerTemplate: template(1) },
      }),
    ],
    allowed,
  ],
  [
    "by surge of a component",
    tooMany,
    [withWorker({ annotations: { "nvidia.com/deployment-rolling-update-max-surge": "400%" } })],
  ],
  [
    "by autoscaling of the operator of 0.7",
    tooMany,
    [withWorker({ autoscaling: { enabled: true, maxReplicas: 9 } })],
  ],
  [
    "by autoscaling without a limit that is known",
    budget,
    [withWorker({ autoscaling: { maxReplicas: "many" } })],
  ],
  [
    "by the Deployment that the operator makes",
    tooMany,
    [
      withWorker({}),
      kind("autoscaling/v2", "HorizontalPodAutoscaler", {
        maxReplicas: 9,
        scaleTargetRef: { kind: "Deployment", name: "llama-worker" },
      }),
    ],
  ],
  ["by components that are a list", budget, [{ ...withWorker({}), spec: { services: [withWorker({})] } }]],
  [
    "by a kind that is allowed to take some",
    budget,
    [kind("ray.io/v1", "RayCluster", {})],
    {
      "gpu-budget": { gpus: 4, allowedKinds: { "ray.io/RayCluster": 8 } },
      "gpu-limits": { perPod: 4, perComponent: 4 },
    },
  ],
  ...[
    "openshift.io/h100",
    "rdma/h100",
    "nvidia.com/hostdev-gpu",
    "mellanox.com/gpu",
    "vpc.amazonaws.com/gpu",
    "smarter-devices/nvidia0",
  ].map(
    (name): Evasion => [
      `by the name of a network device, ${name}`,
      tooMany,
      [withWorker({ resources: { limits: { custom: { [name]: "8" } } } })],
    ],
  ),
  [
    "by a Rollout of its own",
    tooMany,
    [kind("argoproj.io/v1alpha1", "Rollout", { replicas: 8, template: template(1) })],
  ],
  [
    "by a run that replaces another",
    budget,
    [
      kind("batch/v1", "CronJob", {
        concurrencyPolicy: "Replace",
        jobTemplate: { spec: { template: template(1) } },
      }),
    ],
  ],
  [
    "by a list with more than items",
    budget,
    [typed("example.com/v1:PodList", { metadata: { name: "sneaky" }, items: [], spec: pod() })],
  ],
  [
    `by ${whole} in a list that is a kind`,
    budget,
    [
      typed("core/v1:PodList", {
        metadata: { name: "sneaky" },
        items: [],
        template: { spec: { overhead: { [whole]: 1 } } },
      }),
    ],
  ],
];
