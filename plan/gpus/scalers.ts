/** What may raise the replicas of a workload, and how far. */
import { at, list, nameOf, notKnown, text } from "../manifest";
import { quantity } from "./quantity";
import type { Workload } from "./workloads";

export interface Scaler {
  readonly object: string;
  readonly namespace: string;
  /** What it scales, as a workload's `scaledAs`. */
  readonly target: string;
  /** Replicas; NaN where they are not known. */
  readonly most: number;
}

/** The scalers among objects: HPAs, KEDA's ScaledObjects and Dynamo's scaling adapters. */
export function scalersOf(objects: readonly unknown[]): Scaler[] {
  const adapters = objects.filter((object) => at(object, "kind") === adapterKind);
  const targetOf = (kind: string, name: string) =>
    `${kind}/${adapters.filter((adapter) => at(adapter, "metadata", "name") === name).map(adapterName)[0] ?? name}`.toLowerCase();
  return objects.flatMap((object): Scaler[] => {
    const ref = at(object, "spec", "scaleTargetRef");
    const target = (kind: string) => targetOf(text(at(ref, "kind")) || kind, text(at(ref, "name")));
    const scaler = (scaled: string, replicas: unknown): Scaler => ({
      object: nameOf(object),
      namespace: text(at(object, "metadata", "namespace")) || "default",
      target: scaled,
      most: known(quantity(replicas)),
    });
    switch (at(object, "kind")) {
      case "HorizontalPodAutoscaler":
        return [scaler(target(""), at(object, "spec", "maxReplicas"))];
      case "ScaledObject": // KEDA's defaults
        return [scaler(target("Deployment"), at(object, "spec", "maxReplicaCount") ?? 100)];
      case adapterKind:
        return [
          scaler(`${adapterKind}/${adapterName(object)}`.toLowerCase(), at(object, "spec", "replicas") ?? 0),
        ];
      default:
        return [];
    }
  });
}

const known = (count: number | typeof notKnown) => (count === notKnown ? Number.NaN : Math.ceil(count));

const adapterKind = "DynamoGraphDeploymentScalingAdapter";

/** The name that the operator would give an adapter: whoever makes one may choose another. */
function adapterName(adapter: unknown): string {
  const ref = at(adapter, "spec", "dgdRef");
  return `${text(at(ref, "name"))}-${text(at(ref, "serviceName"))}`;
}

/**
 * GPUs that Dynamo's planner, a component of a graph, may bring it to; undefined where a component is none. The planner
 * takes its limit as `--max-gpu-budget`, or as `max_gpu_budget` of its JSON config from 1.0; 8 unless told, and none below 0.
 *
 * @see ai-dynamo/dynamo components/src/dynamo/planner/config/defaults.py
 */
export function plannerBudget({ type, pod }: Workload): number | undefined {
  if (type !== "planner") return undefined;
  const words = list(at(pod, "containers")).flatMap((container) => [
    ...list(at(container, "command")),
    ...list(at(container, "args")),
  ]);
  const [, budget] = /max[-_]gpu[-_]budget["'\s=:]+(-?\d+)/.exec(words.map(String).join(" ")) ?? [];
  return budget === undefined ? 8 : Number(budget);
}
