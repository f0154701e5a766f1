/** The pods that an object of the cluster leads to, counted. */
import { containerLists } from "./containers";
import { dynamoComponents } from "./dynamoComponents";
import { at, nameOf, notKnown, text } from "./manifest";
import { podGpus } from "./podGpus";
import { wholeCount } from "./quantity";
import { type ManifestReading, type Pods, without } from "./reading";
import { kindOf, nameIn, namespaceOf } from "./references";
import { gpusIn, gpusWithin } from "./strayGpus";

/** Pods that are all alike, counted. */
export interface Workload extends Pods {
  /** The object, for messages: `Deployment dynamo/trainer`. */
  readonly object: string;
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
  /** The object without the pods that are counted. */
  readonly elsewhere: unknown;
}

const pods = (object: unknown, replicas: unknown, pod: unknown): Pods => ({
  component: text(at(object, "metadata", "name")),
  type: undefined,
  replicas,
  pod,
  scaledAs: `${kindOf(object)}/${nameIn(at(object, "metadata", "name"))}`.toLowerCase(),
});

const replicated = (object: unknown): ManifestReading => ({
  pods: [pods(object, at(object, "spec", "replicas"), at(object, "spec", "template", "spec"))],
  elsewhere: without(at(object, "spec"), "template"),
});

/** Kinds whose pods are counted. Any other kind is searched for GPUs as a whole. */
const readings: Readonly<Record<string, (object: unknown) => ManifestReading>> = {
  Pod: (object) => ({ pods: [pods(object, undefined, at(object, "spec"))] }),
  Deployment: replicated,
  StatefulSet: replicated,
  ReplicaSet: replicated,
  ReplicationController: replicated,
  DaemonSet: (object) => {
    const { pods, elsewhere } = replicated(object);
    return {
      pods,
      uncounted: pods.some(hasGpus) ? ["it has a pod on every node, however many there are"] : [],
      elsewhere,
    };
  },
  Job: (object) => ({
    pods: [pods(object, at(object, "spec", "parallelism"), at(object, "spec", "template", "spec"))],
    elsewhere: without(at(object, "spec"), "template"),
  }),
  CronJob: (object) => {
    const job = at(object, "spec", "jobTemplate", "spec");
    const run = pods(object, at(job, "parallelism"), at(job, "template", "spec"));
    const exclusive = ["Forbid", "Replace"].includes(text(at(object, "spec", "concurrencyPolicy")));
    return {
      pods: [run],
      uncounted: !exclusive && hasGpus(run) ? ["its runs may overlap: write concurrencyPolicy: Forbid"] : [],
      elsewhere: { ...without(at(object, "spec"), "jobTemplate"), jobTemplate: without(job, "template") },
    };
  },
  LeaderWorkerSet: (object) => {
    const group = at(object, "spec", "leaderWorkerTemplate");
    const replicas = at(object, "spec", "replicas");
    const worker = at(group, "workerTemplate", "spec");
    const leader = pods(object, replicas, at(group, "leaderTemplate", "spec") ?? worker);
    const size = wholeCount(at(group, "size") ?? 1);
    const workers = { ...pods(object, replicas, worker), nodes: size === notKnown ? notKnown : size - 1 };
    return {
      pods: size === 0 || size === 1 ? [leader] : [leader, workers],
      elsewhere: {
        ...without(at(object, "spec"), "leaderWorkerTemplate"),
        leaderWorkerTemplate: without(group, "leaderTemplate", "workerTemplate"),
      },
    };
  },
  ScaledJob: (object) => {
    const job = at(object, "spec", "jobTargetRef");
    const max = at(object, "spec", "maxReplicaCount") ?? 100; // KEDA's default
    return {
      pods: [{ ...pods(object, max, at(job, "template", "spec")), nodes: at(job, "parallelism") }],
      elsewhere: { ...without(at(object, "spec"), "jobTargetRef"), jobTargetRef: without(job, "template") },
    };
  },
  DynamoGraphDeployment: dynamoComponents,
  DynamoComponentDeployment: dynamoComponents,
  DynamoCheckpoint: (object) => ({
    pods: [pods(object, undefined, at(object, "spec", "job", "podTemplateSpec", "spec"))],
    elsewhere: {
      ...without(at(object, "spec"), "job"),
      job: without(at(object, "spec", "job"), "podTemplateSpec"),
    },
  }),
  DynamoGraphDeploymentRequest: () => ({
    pods: [],
    uncounted: ["it profiles on GPUs and makes a graph of its own: write the graph instead"],
  }),
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
  const kind = kindOf(object);
  const read = Object.hasOwn(readings, kind) ? readings[kind] : undefined;
  const {
    pods,
    uncounted = [],
    elsewhere,
  }: ManifestReading = read?.(object) ?? { pods: [], elsewhere: object };
  const each = pods.map((one) => countPods(object, one));
  const why = [
    ...uncounted,
    ...(read ? gpusWithin(elsewhere) : gpusIn(object)),
    ...each.flatMap((one) => one.uncounted),
    ...(kind !== at(object, "kind") && changesCounts(object, pods)
      ? ["it changes how many pods another object has: write that object instead"]
      : []),
  ];
  return {
    workloads: each.map(({ workload }) => workload),
    uncounted: why.map((reason) => `${nameOf(object)}: ${reason}`),
    elsewhere,
  };
}

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
  const workload: Workload = {
    ...pods,
    object: nameOf(object),
    namespace: namespaceOf(object),
    replicas: read("replicas", pods.replicas, 0),
    replicasWritten: (pods.replicas ?? undefined) !== undefined,
    nodes: read("nodes", pods.nodes, 1),
  };
  return { workload, uncounted: why };
}

function hasGpus({ pod }: Pods): boolean {
  const { asks, claims, uncounted } = podGpus(pod);
  return asks.length + claims.length + uncounted.length > 0;
}

/** Fields of scalers that say what they scale, and how far. */
const scaling = ["scaleTargetRef", "dgdRef", "replicas", "maxReplicas", "maxReplicaCount"];

/** Whether a patch makes more or fewer pods of what it changes. */
function changesCounts(object: unknown, pods: readonly Pods[]): boolean {
  return (
    scaling.some((field) => at(object, "spec", field) !== undefined) ||
    pods.some(({ replicas, nodes }) => [replicas, nodes].some((number) => number !== undefined))
  );
}
