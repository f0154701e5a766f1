/** Where the pods are of each kind of object that has any. */
import { dynamoComponents } from "./dynamoComponents";
import { kindOf } from "./kinds";
import { at, notKnown, text } from "./manifest";
import { podGpus } from "./podGpus";
import { wholeCount } from "./quantity";
import { type ManifestReading, type Pods, without } from "./reading";
import { nameIn } from "./references";

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
export const podKinds: Readonly<Record<string, (object: unknown) => ManifestReading>> = {
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

/** Whether pods ask for GPUs, or can't be counted. */
export function hasGpus({ pod }: Pods): boolean {
  const { asks, claims, uncounted } = podGpus(pod);
  return asks.length + claims.length + uncounted.length > 0;
}
