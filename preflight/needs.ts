/** What a plan asks of its cluster. */
import type { StackConfig } from "../config/schema";
import { groupOf, kindOf } from "../gpus/kinds";
import { at, list, nameOf, record, text } from "../gpus/manifest";
import { namespaceOf } from "../gpus/references";
import { scalersOf } from "../gpus/scalers";
import { type Workload, workloadsOf } from "../gpus/workloads";
import { type Amounts, requestsOf } from "./requests";

/** A stack, and all objects that it will make. */
export interface Needs {
  readonly config: StackConfig;
  readonly objects: readonly unknown[];
}

/** A stack's needs: of all that it makes, what the API server is asked for. A Helm release is the provider's own. */
export function needsOf(config: StackConfig, objects: readonly unknown[]): Needs {
  return { config, objects: objects.filter((object) => groupOf(object) !== "helm.sh") };
}

/** Pods that are all alike. */
export interface NeededPods extends Workload {
  /** Pods that it begins with. */
  readonly count: number;
  /** The same at full scale. */
  readonly max: number;
  /** Requests of one pod. */
  readonly requests: Amounts;
}

/** Pods of all objects; those of runs that end are among them. */
export function neededPods({ objects }: Needs): NeededPods[] {
  const scalers = scalersOf(objects);
  const minOf = (scaler: string) => {
    const spec = at(
      objects.find((object) => nameOf(object) === scaler),
      "spec",
    );
    return Number(at(spec, "minReplicas") ?? at(spec, "minReplicaCount") ?? 0);
  };
  return objects.flatMap((object) =>
    workloadsOf(object).workloads.map((workload): NeededPods => {
      const { scaledAs, namespace, replicas, replicasWritten, nodes, pod } = workload;
      const scaling = scalers.filter((one) => one.namespace === namespace && scaledAs.includes(one.target));
      const min = replicasWritten ? replicas : Math.max(replicas, ...scaling.map((one) => minOf(one.object)));
      const max = Math.max(min, ...scaling.map((one) => one.max).filter((max) => max >= 0));
      return { ...workload, count: min * nodes, max: max * nodes, requests: requestsOf(pod) };
    }),
  );
}

/** `namespace/name` of an object. */
export function pathOf(object: unknown): string {
  return `${namespaceOf(object)}/${text(at(object, "metadata", "name"))}`;
}

/** Objects of a kind. */
export function objectsOf({ objects }: Needs, ...kinds: readonly string[]): unknown[] {
  return objects.filter((object) => kinds.includes(kindOf(object)));
}

/** Graphs of the plan, as `namespace/name`: what their pods hold is the plan's own. */
export function graphsOf(needs: Needs): Set<string> {
  return new Set(objectsOf(needs, "DynamoGraphDeployment").map(pathOf));
}

/** Issuers that Certificates name, each once. */
export function issuersOf(
  needs: Needs,
): { readonly group: string; readonly kind: string; readonly name: string }[] {
  const refs = objectsOf(needs, "Certificate").map((object) => {
    const { group, kind, name } = record(at(object, "spec", "issuerRef"));
    return { group: text(group), kind: text(kind), name: text(name) };
  });
  return [...new Map(refs.map((ref) => [JSON.stringify(ref), ref])).values()];
}

/** Claims of volumes: of their own, and of members. */
export function claimsOf(
  needs: Needs,
): { readonly name: string; readonly spec: unknown; readonly count: number }[] {
  return needs.objects.flatMap((object) =>
    kindOf(object) === "PersistentVolumeClaim"
      ? [{ name: pathOf(object), spec: at(object, "spec"), count: 1 }]
      : list(at(object, "spec", "volumeClaimTemplates")).map((template) => ({
          name: pathOf(object),
          spec: at(template, "spec"),
          count: Number(at(object, "spec", "replicas") ?? 1),
        })),
  );
}

/** Namespaces of the plan's objects; true: the stack makes it. */
export function namespacesOf({ objects }: Needs): Map<string, boolean> {
  const made = objects
    .filter((object) => kindOf(object) === "Namespace")
    .map((object) => text(at(object, "metadata", "name")));
  const used = objects.flatMap((object) => text(at(object, "metadata", "namespace")) || []);
  return new Map([...used, ...made].sort().map((name) => [name, made.includes(name)]));
}

/** Labels of a namespace that the plan makes. */
export function labelsOfNamespace({ objects }: Needs, name: string): Readonly<Record<string, unknown>> {
  const made = objects.find(
    (object) => kindOf(object) === "Namespace" && at(object, "metadata", "name") === name,
  );
  return { "kubernetes.io/metadata.name": name, ...record(at(made, "metadata", "labels")) };
}

/** A right to objects of a kind. */
export interface Right {
  readonly group: string;
  readonly kind: string;
  /** Empty for kinds without namespaces. */
  readonly namespace: string;
}

/** Rights that an update needs, each once. */
export function neededRights({ objects }: Needs): Right[] {
  const rights = objects.map(
    (object): Right => ({
      group: groupOf(object),
      kind: kindOf(object),
      namespace: text(at(object, "metadata", "namespace")),
    }),
  );
  return [...new Map(rights.map((right) => [rightKey(right), right])).values()];
}

/** Key of a right in a snapshot. */
export const rightKey = ({ group, kind, namespace }: Right) => [group, kind, namespace].join("/");
