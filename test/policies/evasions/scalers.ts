/** What raises replicas. */
import { unknown } from "../judge";
import { deployment, frontend, gpus, graph, object, worker } from "../objects";
import { adapterKind, budget, type Evasion, kind, type Part, tooMany, typed, withWorker } from "./make";

const adapter = (name: string, serviceName: string, replicas: unknown = 1, metadata: Part = {}) =>
  object(
    "nvidia.com/v1alpha1",
    adapterKind,
    name,
    { spec: { replicas, dgdRef: { name: "llama", serviceName } } },
    metadata,
  );
const scaleTargetRef = (of: string, name: string) => ({ kind: of, name });
const autoscaler = (target: Part, maxReplicas: unknown) =>
  kind("autoscaling/v2", "HorizontalPodAutoscaler", { scaleTargetRef: target, maxReplicas });
const scaledObject = (target: Part, spec: Part = {}, annotations: Part = {}) =>
  kind("keda.sh/v1alpha1", "ScaledObject", { scaleTargetRef: target, ...spec }, { annotations });

export const scalers: readonly Evasion[] = [
  [
    "a Rollout of a Deployment that has no replicas itself",
    tooMany,
    [
      deployment({ resources: gpus(1) }, {}, { replicas: 0 }),
      object("argoproj.io/v1alpha1", "Rollout", "canary", {
        spec: { replicas: 99, workloadRef: { apiVersion: "apps/v1", kind: "Deployment", name: "trainer" } },
      }),
    ],
    { "gpus-outside-graphs": { allowed: ["Deployment dynamo/trainer"] } },
  ],
  [
    "an HPA of an adapter",
    tooMany,
    [withWorker({}), autoscaler(scaleTargetRef(adapterKind, "llama-worker"), 8)],
  ],
  [
    "an HPA of an adapter by another name",
    tooMany,
    [withWorker({}), autoscaler(scaleTargetRef(adapterKind, "other"), 8), adapter("other", "Worker")],
  ],
  [
    "an HPA of an adapter that a namesake of another namespace hides",
    tooMany,
    [
      graph({ Frontend: frontend, Worker: worker(1) }),
      autoscaler(scaleTargetRef(adapterKind, "other"), 8),
      adapter("other", "Frontend", 1, { namespace: "elsewhere" }),
      adapter("other", "Worker"),
    ],
  ],
  [
    "an HPA in a list",
    tooMany,
    [
      withWorker({}),
      typed("autoscaling/v2:HorizontalPodAutoscalerList", {
        items: [autoscaler(scaleTargetRef(adapterKind, "llama-worker"), 8)],
      }),
    ],
  ],
  ["an adapter with replicas of its own", tooMany, [withWorker({}), adapter("llama-worker", "Worker", 8)]],
  ["an HPA of what someone else made", budget, [autoscaler(scaleTargetRef("Deployment", "elsewhere"), 8)]],
  [
    "an HPA without a limit that is known",
    budget,
    [autoscaler(scaleTargetRef(adapterKind, "llama-worker"), unknown), withWorker({})],
  ],
  [
    "an HPA of what is not known yet",
    budget,
    [autoscaler(scaleTargetRef(adapterKind, unknown), 8), withWorker({})],
  ],
  [
    "KEDA",
    tooMany,
    [withWorker({}), scaledObject(scaleTargetRef(adapterKind, "llama-worker"), { maxReplicaCount: 8 })],
  ],
  [
    "KEDA with its default limit",
    tooMany,
    [withWorker({}), scaledObject(scaleTargetRef(adapterKind, "llama-worker"))],
  ],
  [
    "KEDA, paused above its limit",
    tooMany,
    [
      withWorker({}),
      scaledObject(
        scaleTargetRef(adapterKind, "llama-worker"),
        { maxReplicaCount: 2 },
        { "autoscaling.keda.sh/paused-replicas": "8" },
      ),
    ],
  ],
  [
    "KEDA's default kind",
    tooMany,
    [deployment({ resources: gpus(1) }), scaledObject({ name: "trainer" }, { maxReplicaCount: 8 })],
  ],
  [
    "another autoscaler",
    budget,
    [
      kind("example.com/v1", "SmartAutoscaler", {
        scaleTargetRef: scaleTargetRef(adapterKind, "llama-worker"),
      }),
      withWorker({}),
    ],
  ],
];
