/** What a preview does not know yet. */
import { unknown } from "../judge";
import { gpus, graph, newGraph, object } from "../objects";
import {
  budget,
  byTemplate,
  claimTemplate,
  type Evasion,
  kind,
  template,
  tooMany,
  typed,
  whole,
  withComponent,
  withNewPod,
  withPod,
  withResources,
  withWorker,
} from "./make";

const unknownSpec = (name: string, of: string, spec: unknown = unknown) =>
  object(name, of, "sneaky", { spec });

export const unknowns: readonly Evasion[] = [
  ["a count that is secret, without the engine", budget, [withWorker({}, "[secret]")]],
  ["replicas that are secret, without the engine", budget, [withWorker({ replicas: "[secret]" })]],
  ["a count", budget, [withWorker({}, unknown)]],
  ["a count among custom resources", budget, [withResources({ limits: { custom: { [whole]: unknown } } })]],
  ["limits", budget, [withResources({ limits: unknown })]],
  ["custom resources", budget, [withResources({ limits: { gpu: "1", custom: unknown } })]],
  ["resources", budget, [withWorker({ resources: unknown })]],
  ["a pod of a component", budget, [withWorker({ extraPodSpec: unknown })]],
  ["a main container", budget, [withPod({ mainContainer: unknown })]],
  ["resources of a main container", budget, [withPod({ mainContainer: { resources: unknown } })]],
  ["sidecars", budget, [withPod({ containers: unknown })]],
  ["a sidecar", budget, [withPod({ containers: [unknown] })]],
  ["init containers", budget, [withPod({ initContainers: unknown })]],
  ["claims", budget, [withPod({ resourceClaims: unknown })]],
  ["a claim", budget, [withPod({ resourceClaims: [unknown] })]],
  ["replicas", budget, [withWorker({ replicas: unknown })]],
  ["nodes", budget, [withWorker({ multinode: { nodeCount: unknown } })]],
  ["whether there are nodes", budget, [withWorker({ multinode: unknown })]],
  ["a component", budget, [graph({ Worker: unknown })]],
  ["components", budget, [graph(unknown as never)]],
  ["a component in v1beta1", budget, [newGraph([unknown as never])]],
  ["components in v1beta1", budget, [newGraph(unknown as never)]],
  ["a template in v1beta1", budget, [withComponent({}, { podTemplate: unknown })]],
  ["a pod in v1beta1", budget, [withComponent({}, { podTemplate: { spec: unknown } })]],
  ["a count in v1beta1", budget, [withComponent({ resources: gpus(unknown) })]],
  [
    "whether an init container goes on running",
    tooMany,
    [withWorker({ extraPodSpec: { initContainers: [{ restartPolicy: unknown, resources: gpus(2) }] } }, 3)],
  ],
  ["a graph", budget, [unknownSpec("nvidia.com/v1alpha1", "DynamoGraphDeployment")]],
  ["a Deployment", budget, [unknownSpec("apps/v1", "Deployment")]],
  ["a Deployment's template", budget, [unknownSpec("apps/v1", "Deployment", { template: unknown })]],
  [
    "a Deployment's replicas",
    budget,
    [unknownSpec("apps/v1", "Deployment", { replicas: unknown, template: template(1) })],
  ],
  ["a Pod", budget, [unknownSpec("v1", "Pod")]],
  [
    "a Job's parallelism",
    budget,
    [unknownSpec("batch/v1", "Job", { parallelism: unknown, template: template(1) })],
  ],
  [
    "the size of groups",
    budget,
    [
      kind("leaderworkerset.x-k8s.io/v1", "LeaderWorkerSet", {
        leaderWorkerTemplate: { size: unknown, workerTemplate: template(1) },
      }),
    ],
  ],
  ["a kind that is unknown", budget, [unknownSpec("ray.io/v1", "RayCluster")]],
  [
    "pods of a kind that is unknown",
    budget,
    [unknownSpec("ray.io/v1", "RayCluster", { headGroupSpec: { template: unknown } })],
  ],
  [
    "limits of a kind that is unknown",
    budget,
    [unknownSpec("ray.io/v1", "RayCluster", { resources: { limits: unknown } })],
  ],
  ["defaults of a LimitRange", budget, [unknownSpec("v1", "LimitRange", { limits: unknown })]],
  ["an item of a list", budget, [typed("core/v1:PodList", { items: [unknown] })]],
  ["items of a list", budget, [typed("core/v1:PodList", { items: unknown })]],
  ["devices of a claim", budget, [claimTemplate(unknown), withNewPod({ resourceClaims: byTemplate() })]],
];
