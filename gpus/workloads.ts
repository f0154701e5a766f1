/** The pods that an object of the cluster leads to, counted. */
import { containerLists } from "./containers";
import { dynamoComponents } from "./dynamoComponents";
import { embeddedIn } from "./embedded";
import { groupKindOf, isPatch, isPodless, kindOf } from "./kinds";
import { at, nameOf, notKnown, text } from "./manifest";
import { changesMore } from "./patches";
import { podGpus } from "./podGpus";
import { wholeCount } from "./quantity";
import { type ManifestReading, type Pods, without } from "./reading";
import { nameIn, namespaceOf } from "./references";
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

const pods = (object: unknown, replicas: unknown, pod: unknown, surge?: unknown): Pods => ({
  component: text(at(object, "metadata", "name")),
  type: undefined,
  replicas,
  surge,
  pod,
  scaledAs: [`${kindOf(object)}/${nameIn(at(object, "metadata", "name"))}`.toLowerCase()],
});

/** Where the pods, replicas and surge of kinds are that have one template. */
const replicated =
  (...rollout: readonly string[]) =>
  (object: unknown): ManifestReading => {
    const spec = at(object, "spec");
    const surge = rollout.length === 0 ? undefined : at(spec, ...rollout, "maxSurge");
    return {
      pods: [pods(object, at(spec, "replicas"), at(spec, "template", "spec"), surge)],
      elsewhere: without(spec, "template"),
    };
  };

/** Kinds whose pods are counted, with their groups. */
const readings: Readonly<Record<string, (object: unknown) => ManifestReading>> = {
  "/Pod": (object) => ({ pods: [pods(object, undefined, at(object, "spec"))] }),
  "/ReplicationController": replicated(),
  "apps/Deployment": replicated("strategy", "rollingUpdate"),
  "apps/StatefulSet": replicated(),
  "apps/ReplicaSet": replicated(),
  "apps/DaemonSet": (object) => {
    const { pods, elsewhere } = replicated()(object);
    return {
      pods,
      uncounted: pods.some(hasGpus) ? ["it has a pod on every node, however many there are"] : [],
      elsewhere,
    };
  },
  "batch/Job": (object) => ({
    pods: [pods(object, at(object, "spec", "parallelism"), at(object, "spec", "template", "spec"))],
    elsewhere: without(at(object, "spec"), "template"),
  }),
  "batch/CronJob": (object) => {
    const job = at(object, "spec", "jobTemplate", "spec");
    const run = pods(object, at(job, "parallelism"), at(job, "template", "spec"));
    // A run that is replaced holds its GPUs until its pods have ended.
    const overlaps = at(object, "spec", "concurrencyPolicy") !== "Forbid";
    return {
      pods: [run],
      uncounted: overlaps && hasGpus(run) ? ["its runs may overlap: write concurrencyPolicy: Forbid"] : [],
      elsewhere: { ...without(at(object, "spec"), "jobTemplate"), jobTemplate: without(job, "template") },
    };
  },
  "leaderworkerset.x-k8s.io/LeaderWorkerSet": (object) => {
    const spec = at(object, "spec");
    const group = at(spec, "leaderWorkerTemplate");
    const worker = at(group, "workerTemplate", "spec");
    const surge = at(spec, "rolloutStrategy", "rollingUpdateConfiguration", "maxSurge");
    const replicas = at(spec, "replicas");
    const leader = pods(object, replicas, at(group, "leaderTemplate", "spec") ?? worker, surge);
    const size = wholeCount(at(group, "size") ?? 1);
    const nodes = size === notKnown ? notKnown : size - 1;
    return {
      pods:
        size === 0 || size === 1 ? [leader] : [leader, { ...pods(object, replicas, worker, surge), nodes }],
      elsewhere: {
        ...without(spec, "leaderWorkerTemplate"),
        leaderWorkerTemplate: without(group, "leaderTemplate", "workerTemplate"),
      },
    };
  },
  "keda.sh/ScaledJob": (object) => {
    const job = at(object, "spec", "jobTargetRef");
    const max = at(object, "spec", "maxReplicaCount") ?? 100; // KEDA's default
    return {
      pods: [{ ...pods(object, max, at(job, "template", "spec")), nodes: at(job, "parallelism") }],
      elsewhere: { ...without(at(object, "spec"), "jobTargetRef"), jobTargetRef: without(job, "template") },
    };
  },
  // A Rollout has a template of its own, or takes another object's.
  "argoproj.io/Rollout": (object) =>
    at(object, "spec", "template") === undefined
      ? { pods: [], elsewhere: at(object, "spec") }
      : replicated("strategy", "canary")(object),
  "nvidia.com/DynamoGraphDeployment": dynamoComponents,
  "nvidia.com/DynamoComponentDeployment": dynamoComponents,
  "nvidia.com/DynamoCheckpoint": (object) => ({
    pods: [pods(object, undefined, at(object, "spec", "job", "podTemplateSpec", "spec"))],
    elsewhere: {
      ...without(at(object, "spec"), "job"),
      job: without(at(object, "spec", "job"), "podTemplateSpec"),
    },
  }),
  "nvidia.com/DynamoGraphDeploymentRequest": () => ({
    pods: [],
    uncounted: ["it profiles on GPUs and makes a graph of its own: write the graph instead"],
  }),
  // These make no pods, and change how many there are of others: see scalersOf.
  "keda.sh/ScaledObject": (object) => ({ pods: [], elsewhere: at(object, "spec") }),
  "nvidia.com/DynamoGraphDeploymentScalingAdapter": (object) => ({ pods: [], elsewhere: at(object, "spec") }),
};

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
  const read = Object.hasOwn(readings, kind) ? readings[kind] : undefined;
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

function hasGpus({ pod }: Pods): boolean {
  const { asks, claims, uncounted } = podGpus(pod);
  return asks.length + claims.length + uncounted.length > 0;
}
