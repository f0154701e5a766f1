/** Changes of what is there already. */
import { adapterKind, budget, type Evasion, patch, template, tooMany, whole } from "./make";

export const patches: readonly Evasion[] = [
  [
    "a patch of an HPA",
    budget,
    [patch("autoscaling/v2", "HorizontalPodAutoscaler", "sneaky", { maxReplicas: 64 })],
  ],
  ["a patch of an adapter", budget, [patch("nvidia.com/v1alpha1", adapterKind, "sneaky", { replicas: 64 })]],
  [
    "a patch of a graph's replicas",
    budget,
    [
      patch("nvidia.com/v1alpha1", "DynamoGraphDeployment", "sneaky", {
        services: { Worker: { replicas: 64 } },
      }),
    ],
  ],
  [
    "a patch of a graph's nodes",
    budget,
    [
      patch("nvidia.com/v1beta1", "DynamoGraphDeployment", "sneaky", {
        components: [{ name: "W", multinode: { nodeCount: 9 } }],
      }),
    ],
  ],
  [
    "a patch of a Deployment's replicas",
    budget,
    [patch("apps/v1", "Deployment", "sneaky", { replicas: 64 })],
  ],
  [
    "a patch of a Deployment's GPUs",
    ["gpus-outside-graphs", ...tooMany],
    [patch("apps/v1", "Deployment", "sneaky", { template: template() })],
  ],
  ["a patch of a Job's parallelism", budget, [patch("batch/v1", "Job", "sneaky", { parallelism: 64 })]],
  [
    "a patch of a quota",
    budget,
    [patch("v1", "ResourceQuota", "sneaky", { hard: { [`requests.${whole}`]: "64" } })],
  ],
];
