/** Which pods an object of the cluster leads to, and how many. */

import { at, list, nameOf, notKnown, text } from "../manifest";
import { dynamoComponents } from "./dynamoComponents";
import { podGpus } from "./podGpus";
import { quantity } from "./quantity";
import type { Pods, Reading } from "./reading";
import { gpusWithin } from "./strayGpus";

/** Pods that are all alike, counted. */
export interface Workload extends Pods {
  /** The object, for messages: `Deployment dynamo/trainer`. */
  readonly object: string;
  readonly namespace: string;
  /** As the object says; scalers may ask for more. */
  readonly replicas: number;
  readonly replicasWritten: boolean;
  readonly nodes: number;
}

export interface Workloads {
  readonly workloads: readonly Workload[];
  /** What may lead to GPUs that can't be counted, and why. */
  readonly uncounted: readonly string[];
}

const pods = (object: unknown, replicas: unknown, pod: unknown): Pods => ({
  component: text(at(object, "metadata", "name")),
  type: undefined,
  replicas,
  pod,
  scaledAs: `${text(at(object, "kind"))}/${text(at(object, "metadata", "name"))}`.toLowerCase(),
});

const replicated = (object: unknown): Reading => ({
  pods: [pods(object, at(object, "spec", "replicas"), at(object, "spec", "template", "spec"))],
});

/** Kinds whose pods are counted. Any other kind is searched for GPUs as a whole. */
const readings: Readonly<Record<string, (object: unknown) => Reading>> = {
  Pod: (object) => ({ pods: [pods(object, 1, at(object, "spec"))] }),
  Deployment: replicated,
  StatefulSet: replicated,
  ReplicaSet: replicated,
  ReplicationController: replicated,
  DaemonSet: (object) => ({
    pods: [],
    uncounted: hasGpus(at(object, "spec", "template", "spec"))
      ? ["it has a pod on every node, however many there are"]
      : [],
  }),
  Job: (object) => ({
    pods: [pods(object, at(object, "spec", "parallelism"), at(object, "spec", "template", "spec"))],
  }),
  CronJob: (object) => {
    const job = at(object, "spec", "jobTemplate", "spec");
    const pod = at(job, "template", "spec");
    const exclusive = ["Forbid", "Replace"].includes(text(at(object, "spec", "concurrencyPolicy")));
    return {
      pods: [pods(object, at(job, "parallelism"), pod)],
      uncounted: !exclusive && hasGpus(pod) ? ["its runs may overlap: write concurrencyPolicy: Forbid"] : [],
    };
  },
  LeaderWorkerSet: (object) => {
    const group = at(object, "spec", "leaderWorkerTemplate");
    const replicas = at(object, "spec", "replicas");
    const worker = at(group, "workerTemplate", "spec");
    const size = quantity(at(group, "size") ?? 1);
    const workers = { ...pods(object, replicas, worker), nodes: size === notKnown ? notKnown : size - 1 };
    return {
      pods: [
        pods(object, replicas, at(group, "leaderTemplate", "spec") ?? worker),
        ...(size === 1 ? [] : [workers]),
      ],
    };
  },
  ScaledJob: (object) => ({
    // KEDA's default of maxReplicaCount is 100.
    pods: [
      pods(
        object,
        at(object, "spec", "maxReplicaCount") ?? 100,
        at(object, "spec", "jobTargetRef", "template", "spec"),
      ),
    ],
  }),
  DynamoGraphDeployment: dynamoComponents,
  DynamoComponentDeployment: dynamoComponents,
  DynamoCheckpoint: (object) => ({
    pods: [pods(object, 1, at(object, "spec", "job", "podTemplateSpec", "spec"))],
  }),
  DynamoGraphDeploymentRequest: () => ({
    pods: [],
    uncounted: ["it profiles on GPUs and makes a graph of its own: write the graph instead"],
  }),
};

/** The workloads of an object, with lists unpacked. Most kinds have none. */
export function workloadsOf(object: unknown): Workloads {
  const kind = text(at(object, "kind"));
  if (kind.endsWith("List")) {
    const items = list(at(object, "items")).map(workloadsOf);
    return {
      workloads: items.flatMap(({ workloads }) => workloads),
      uncounted: items.flatMap(({ uncounted }) => uncounted),
    };
  }
  const reading = readings[kind]?.(object) ?? { pods: [], elsewhere: object };
  const uncounted = [...(reading.uncounted ?? []), ...gpusWithin(reading.elsewhere)];
  const workloads = reading.pods.map((one): Workload => {
    const { component, pod } = one;
    const count = (what: string, value: unknown, least: number) => {
      const number = quantity(value);
      if (number !== notKnown && Number.isFinite(number)) return Math.max(least, Math.ceil(number));
      uncounted.push(
        number === notKnown
          ? `${what} of ${component} are not known yet: write a number`
          : `${what} of ${component} are not a number`,
      );
      return least;
    };
    uncounted.push(...podGpus(pod).uncounted.map((why) => `${component}: ${why}`));
    const replicas = count("replicas", one.replicas ?? 1, 0);
    return {
      ...one,
      object: nameOf(object),
      namespace: text(at(object, "metadata", "namespace")) || "default",
      replicas,
      replicasWritten: one.replicas !== undefined,
      nodes: count("nodes", one.nodes ?? 1, 1),
    };
  });
  return { workloads, uncounted: uncounted.map((why) => `${nameOf(object)}: ${why}`) };
}

function hasGpus(pod: unknown): boolean {
  const { asks, claims, uncounted } = podGpus(pod);
  return asks.length + claims.length + uncounted.length > 0;
}
