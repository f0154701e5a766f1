/** Workloads outside of graphs. */
import { budget, type Evasion, kind, pod, template, tooMany, typed } from "./make";

const outside = ["gpus-outside-graphs", ...tooMany];

export const kinds: readonly Evasion[] = [
  ["a Pod", outside, [kind("v1", "Pod", pod())]],
  ["a Pod that is being debugged", outside, [kind("v1", "Pod", { ephemeralContainers: pod().containers })]],
  [
    "a Pod of an API without a group",
    outside,
    [typed("v1:Pod", { metadata: { name: "sneaky" }, spec: pod() })],
  ],
  ...["Deployment", "StatefulSet", "ReplicaSet"].map(
    (name): Evasion => [
      `a ${name}`,
      outside,
      [kind("apps/v1", name, { replicas: 5, template: template(1) })],
    ],
  ),
  [
    "a ReplicationController",
    outside,
    [kind("v1", "ReplicationController", { replicas: 5, template: template(1) })],
  ],
  [
    "a DaemonSet",
    ["gpu-budget", "gpus-outside-graphs"],
    [kind("apps/v1", "DaemonSet", { template: template(1) })],
  ],
  [
    "a Job in parallel",
    outside,
    [kind("batch/v1", "Job", { parallelism: 5, completions: 5, template: template(1) })],
  ],
  [
    "a CronJob in parallel",
    outside,
    [
      kind("batch/v1", "CronJob", {
        concurrencyPolicy: "Forbid",
        jobTemplate: { spec: { parallelism: 5, template: template(1) } },
      }),
    ],
  ],
  [
    "a CronJob that overlaps itself",
    budget,
    [kind("batch/v1", "CronJob", { jobTemplate: { spec: { template: template(1) } } })],
  ],
  [
    "groups of pods",
    outside,
    [
      kind("leaderworkerset.x-k8s.io/v1", "LeaderWorkerSet", {
        leaderWorkerTemplate: { size: 5, workerTemplate: template(1) },
      }),
    ],
  ],
  [
    "a leader with more than its workers",
    outside,
    [
      kind("leaderworkerset.x-k8s.io/v1", "LeaderWorkerSet", {
        leaderWorkerTemplate: { leaderTemplate: template(8), workerTemplate: template(0) },
      }),
    ],
  ],
  [
    "Jobs by KEDA",
    outside,
    [kind("keda.sh/v1alpha1", "ScaledJob", { jobTargetRef: { template: template(1) } })],
  ],
  [
    "Jobs by KEDA in parallel",
    outside,
    [
      kind("keda.sh/v1alpha1", "ScaledJob", {
        maxReplicaCount: 1,
        jobTargetRef: { parallelism: 5, template: template(1) },
      }),
    ],
  ],
  [
    "a Job of Volcano",
    budget,
    [kind("batch.volcano.sh/v1alpha1", "Job", { tasks: [{ replicas: 8, template: template(1) }] })],
  ],
  [
    "a JobSet",
    budget,
    [
      kind("jobset.x-k8s.io/v1alpha2", "JobSet", {
        replicatedJobs: [{ template: { spec: { template: template() } } }],
      }),
    ],
  ],
  [
    "a RayCluster",
    budget,
    [kind("ray.io/v1", "RayCluster", { workerGroupSpecs: [{ template: template() }] })],
  ],
  [
    "a PodCliqueSet of Grove",
    budget,
    [kind("grove.io/v1alpha1", "PodCliqueSet", { template: { cliques: [{ spec: { podSpec: pod() } }] } })],
  ],
  [
    "an MPIJob",
    budget,
    [kind("kubeflow.org/v2beta1", "MPIJob", { mpiReplicaSpecs: { Worker: { template: template() } } })],
  ],
  ["a Service of Knative", budget, [kind("serving.knative.dev/v1", "Service", { template: template() })]],
];
