/** Scalers of workloads, and their limits. */
import { groupKindOf } from "./kinds";
import { at, nameOf, notKnown, text } from "./manifest";
import { wholeCount } from "./quantity";
import { nameIn, namespaceOf } from "./references";

/** An object that scales another. */
export interface Scaler {
  readonly object: string;
  readonly namespace: string;
  /** The workload that it scales, as its `scaledAs`. */
  readonly target: string;
  /** Whether it changes the replicas of what it scales. A Rollout makes the pods by itself, and the object keeps 0. */
  readonly changesReplicas: boolean;
  /** Maximum of replicas; NaN where it is not known. */
  readonly max: number;
}

const adapterKind = "DynamoGraphDeploymentScalingAdapter";

/** The scalers among objects: HPAs, KEDA's ScaledObjects, Dynamo's scaling adapters, and others like them. */
export function scalersOf(objects: readonly unknown[]): Scaler[] {
  const adapters = objects.filter((object) => groupKindOf(object) === `nvidia.com/${adapterKind}`);
  return objects.flatMap((object): Scaler[] => {
    const ref = at(object, "spec", isRollout(object) ? "workloadRef" : "scaleTargetRef");
    const isAdapter = adapters.includes(object);
    if (!isAdapter && !refersTo(object, ref)) return [];
    const kind = text(at(ref, "kind")) || "Deployment"; // KEDA's default
    const name = nameIn(at(ref, "name"));
    const named = adapters.filter(
      (one) => nameIn(at(one, "metadata", "name")) === name && namespaceOf(one) === namespaceOf(object),
    );
    const targets = isAdapter
      ? [adapterName(object)]
      : kind === adapterKind && named.length > 0
        ? named.map(adapterName) // several of one name may be of several clusters
        : [name];
    return targets.map((target) => ({
      object: nameOf(object),
      namespace: namespaceOf(object),
      target: `${isAdapter ? adapterKind : kind}/${target}`.toLowerCase(),
      changesReplicas: !isRollout(object),
      max: Math.max(...limitsOf(object).map(known)),
    }));
  });
}

/** Argo's Rollout may run the pods of another object, which it scales to nothing. */
const isRollout = (object: unknown) => groupKindOf(object) === "argoproj.io/Rollout";

/** Whether an object scales another. What is no scaler by its kind may have a `spec` that is not known yet. */
function refersTo(object: unknown, ref: unknown): boolean {
  const kind = text(at(object, "kind"));
  if (ref === notKnown) return ["HorizontalPodAutoscaler", "ScaledObject"].includes(kind);
  return ref !== undefined && !kind.endsWith("Patch");
}

const known = (value: unknown) => {
  const replicas = wholeCount(value);
  return replicas === notKnown ? Number.NaN : replicas;
};

/** Replicas that a scaler may make, of which the largest number counts. */
function limitsOf(object: unknown): unknown[] {
  switch (at(object, "kind")) {
    case adapterKind:
      return [at(object, "spec", "replicas") ?? 0];
    case "ScaledObject": // the limit is KEDA's default; it may be paused above it
      return [
        at(object, "spec", "maxReplicaCount") ?? 100,
        at(object, "spec", "minReplicaCount") ?? 0,
        at(object, "spec", "fallback", "replicas") ?? 0,
        at(object, "metadata", "annotations", "autoscaling.keda.sh/paused-replicas") ?? 0,
      ];
    case "Rollout":
      return [at(object, "spec", "replicas") ?? 1];
    default:
      return [at(object, "spec", "maxReplicas"), at(object, "spec", "minReplicas") ?? 0];
  }
}

/** The name that the operator would give an adapter: whoever makes one may choose another. */
function adapterName(adapter: unknown): string {
  const ref = at(adapter, "spec", "dgdRef");
  return `${nameIn(at(ref, "name"))}-${nameIn(at(ref, "componentName") ?? at(ref, "serviceName"))}`;
}
