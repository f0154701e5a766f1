/** What a graph's pods do while an update waits for them, as long as a model loads. */
import { setTimeout } from "node:timers/promises";
import type { CoreV1Event, V1Pod } from "@kubernetes/client-node";
import * as pulumi from "@pulumi/pulumi";
import type { GraphPlan } from "../../plan/graph/graphPlan";
import { componentLabel, componentTypeLabel, graphLabel, isFollower } from "../../plan/graph/labels";
import { type Cluster, connect } from "./cluster";
import { conditionOf, eventsOf, whyPodWaits } from "./waitingPods";

/** Between two looks, in ms. A graph that is Ready before the first is told of by nobody. */
const period = 10_000;

/** Tells of a graph's pods what has changed since it was last told, until the signal. */
export async function tellProgress(
  { name, deployment }: GraphPlan,
  component: pulumi.Resource,
  cluster: Cluster,
  signal: AbortSignal,
): Promise<void> {
  const began = Date.now();
  let last: string | undefined;
  const pause = () => setTimeout(period, true, { ref: false, signal }).catch(() => false);
  while (await pause()) {
    const { pods, events } = await podsOf(deployment.metadata, cluster).catch(() => ({
      pods: [],
      events: [],
    }));
    const now = progressOf(pods, events);
    if (signal.aborted) return;
    if (now !== undefined && now !== last)
      await pulumi.log.info(
        `graph ${name}, after ${Math.round((Date.now() - began) / 1_000)} s: ${now}`,
        component,
      );
    last = now;
  }
}

async function podsOf({ name, namespace }: GraphPlan["deployment"]["metadata"], cluster: Cluster) {
  const { client, api } = await connect(cluster);
  const core = api(client.CoreV1Api);
  const [pods, ...events] = await Promise.all([
    core.listNamespacedPod({ namespace, labelSelector: `${graphLabel}=${name}` }),
    ...["FailedScheduling", "Pulling", "Pulled"].map((reason) => eventsOf(core, namespace, reason)),
  ]);
  return { pods: pods.items, events: events.flat() };
}

/**
 * What the pods of a graph do, those that do the same together; undefined where there are none.
 * @param events of the pods: refusals of the scheduler, and images that are pulled
 */
export function progressOf(pods: readonly V1Pod[], events: readonly CoreV1Event[]): string | undefined {
  const present = pods.filter(({ metadata }) => metadata?.deletionTimestamp === undefined);
  if (present.length === 0) return undefined;
  const waiting = present.filter((pod) => conditionOf(pod, "Ready")?.status !== "True");
  const counts = new Map<string, number>();
  for (const pod of waiting) {
    const what = `${pod.metadata?.labels?.[componentLabel] ?? "a pod"}: ${phaseOf(pod, events)}`;
    counts.set(what, (counts.get(what) ?? 0) + 1);
  }
  const ready = `${present.length - waiting.length} of ${present.length} pods Ready`;
  return [ready, ...[...counts].map(([what, count]) => (count > 1 ? `${count} of ${what}` : what))].join(
    "; ",
  );
}

function phaseOf(pod: V1Pod, events: readonly CoreV1Event[]): string {
  const { initContainerStatuses = [], containerStatuses = [] } = pod.status ?? {};
  const containers = [...initContainerStatuses, ...containerStatuses];
  const restarts = containers.reduce((sum, { restartCount }) => sum + restartCount, 0);
  const ended = containers.find(({ lastState }) => lastState?.terminated)?.lastState?.terminated;
  const again =
    restarts > 0 ? `, started again ${restarts} times, last after ${ended?.reason ?? "an end"}` : "";
  return `${activityOf(pod, events)}${again}`;
}

function activityOf(pod: V1Pod, events: readonly CoreV1Event[]): string {
  const { initContainerStatuses = [], containerStatuses = [] } = pod.status ?? {};
  const running = initContainerStatuses.find(({ state }) => state?.running);
  if (running) return `container ${running.name} prepares it`;
  const states = [...initContainerStatuses, ...containerStatuses].map(({ state }) => state);
  if (states.some((state) => /^(ContainerCreating|PodInitializing)$/.test(state?.waiting?.reason ?? "")))
    return isPulling(pod, events) ? "pulling its image" : "its volumes and containers are made";
  if (!containerStatuses.some(({ state }) => state?.running)) return whyPodWaits(pod, events);
  const { labels } = pod.metadata ?? {};
  if (labels?.[componentTypeLabel] === "frontend") return "waiting for a model";
  return isFollower(labels) ? "waiting for its leader" : "loading its model";
}

/** Whether an image of the pod's is under way: events tell when that begins and when it is there. */
function isPulling({ metadata }: V1Pod, events: readonly CoreV1Event[]): boolean {
  const count = (reason: string) =>
    events.filter((event) => event.reason === reason && event.involvedObject.uid === metadata?.uid).length;
  return count("Pulling") > count("Pulled");
}
