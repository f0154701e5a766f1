/** The pods that an object of the cluster leads to, counted. */
import { own } from "../config/own";
import { containerLists } from "./containers";
import { embeddedIn } from "./embedded";
import { groupKindOf, isPatch, isPodless } from "./kinds";
import { at, nameOf, notKnown } from "./manifest";
import { changesMore } from "./patches";
import { podGpus } from "./podGpus";
import { hasGpus, podKinds } from "./podKinds";
import { wholeCount } from "./quantity";
import { type ManifestReading, type Pods, without } from "./reading";
import { namespaceOf } from "./references";
import { gpusIn, gpusWithin } from "./strayGpus";

/** Pods that are all alike, counted. */
export interface Workload extends Pods {
  /** The object, for messages: `Deployment dynamo/trainer`. */
  readonly object: string;
  /** The object itself: others of its name may be of other clusters. */
  readonly manifest: unknown;
  readonly namespace: string;
  /** As the object says; scalers may ask for more. */
  readonly replicas: number;
  /** Whether the object sets its replicas. */
  readonly replicasWritten: boolean;
  /** Pods of one replica, each on its own node. */
  readonly nodes: number;
}

interface Workloads {
  readonly workloads: readonly Workload[];
  /** Reasons why its GPUs can't be counted. */
  readonly uncounted: readonly string[];
  /** Its kind, with its group, where it is none of those that are known: it may make pods. */
  readonly unknownKind: string | undefined;
  /** The object without the pods that are counted. */
  readonly elsewhere: unknown;
}

/** Results by object: callers ask for one more than once. */
const counted = new WeakMap<object, Workloads>();

/** The workloads of an object. Most kinds have none. */
export function workloadsOf(object: unknown): Workloads {
  if (typeof object !== "object" || object === null) return countWorkloads(object);
  const known = counted.get(object) ?? countWorkloads(object);
  counted.set(object, known);
  return known;
}

function countWorkloads(object: unknown): Workloads {
  const kind = groupKindOf(object);
  const read = own(podKinds, kind);
  const {
    pods,
    uncounted = [],
    elsewhere,
  }: ManifestReading = read?.(object) ?? { pods: [], elsewhere: object };
  const each = pods.map((one) => countPods(object, one));
  const why = [
    ...uncounted,
    ...(read ? [...gpusWithin(elsewhere), ...gpusWithin(without(object, "spec"))] : gpusIn(object)),
    ...each.flatMap((one) => one.uncounted),
    ...(isPatch(object) ? changesMore(object, pods.length > 0 || read !== undefined) : []),
    ...embeddedIn(object).flatMap(({ path, object: inner }) => uncountedWithin(path, inner)),
  ];
  return {
    workloads: each.map(({ workload }) => workload),
    uncounted: why.map((reason) => `${nameOf(object)}: ${reason}`),
    unknownKind: read || isPodless(object) ? undefined : kind,
    elsewhere,
  };
}

/** What an object within another would take, if that other makes it. */
function uncountedWithin(path: string, object: unknown): string[] {
  const { workloads, uncounted, unknownKind } = workloadsOf(object);
  const takes =
    uncounted.length > 0 || unknownKind !== undefined || workloads.some(hasGpus) || scales(object);
  return takes
    ? [`${path} holds ${nameOf(object)}, which is not counted there: make it an object of its own`]
    : [];
}

const scales = (object: unknown) =>
  ["scaleTargetRef", "dgdRef"].some((field) => at(object, "spec", field) !== undefined) ||
  /^resource\.k8s\.io\/Resource/.test(groupKindOf(object));

function countPods(object: unknown, pods: Pods) {
  const { component, pod } = pods;
  const { uncounted } = podGpus(pod);
  const takes = hasGpus(pods);
  const why = [...uncounted, ...gpusWithin(without(pod, ...containerLists, "resourceClaims"))].map(
    (reason) => `${component}: ${reason}`,
  );
  const read = (what: string, value: unknown, min: number): number => {
    const number = wholeCount(value ?? 1);
    if (number !== notKnown && number >= 0) return Math.max(min, number);
    if (takes)
      why.push(
        number === notKnown
          ? `${what} of ${component} are not known yet: write a number`
          : `${what} of ${component} are not a number`,
      );
    return min;
  };
  const replicas = read("replicas", pods.replicas, 0);
  const workload: Workload = {
    ...pods,
    object: nameOf(object),
    manifest: object,
    namespace: namespaceOf(object),
    replicas: pods.scaledTo === undefined ? replicas : Math.max(replicas, read("replicas", pods.scaledTo, 0)),
    replicasWritten: (pods.replicas ?? undefined) !== undefined,
    nodes: read("nodes", pods.nodes, 1),
  };
  return { workload, uncounted: why };
}
