/** The pods of a graph, by the labels that the Dynamo operator gives them. */
import type { V1Pod } from "@kubernetes/client-node";
import { conditionOf, whyPodWaits } from "../../components/hooks/waitingPods";
import { componentLabel, componentTypeLabel, graphLabel, isFollower } from "../../plan/graph/labels";
import type { ClusterObjects } from "./clusterObjects";
import type { DeclaredGraph, DeclaredService } from "./declared";
import { countOf } from "./finding";
import { Unread } from "./reading";

const label = (pod: V1Pod, name: string) => pod.metadata?.labels?.[name];

/** Those that are not on their way out. */
export function graphPods(
  { deployment }: Pick<DeclaredGraph, "deployment">,
  { pods }: ClusterObjects,
): V1Pod[] {
  if (pods instanceof Unread) return [];
  return pods.filter((pod) => label(pod, graphLabel) === deployment && !isLeaving(pod));
}

export const podName = (pod: V1Pod) => pod.metadata?.name ?? "";
export const podComponent = (pod: V1Pod) => label(pod, componentLabel);
export const podType = (pod: V1Pod) => label(pod, componentTypeLabel);

const workerTypes = ["worker", "prefill", "decode"];
/** Whether a pod registers as a worker. Followers of a worker of several nodes don't. */
export const isWorkerPod = (pod: V1Pod) =>
  workerTypes.includes(podType(pod) ?? "") && !isFollower(pod.metadata?.labels);
export const isFrontendPod = (pod: V1Pod) => podType(pod) === "frontend";

/** Whether a pod is being deleted. It may be Ready until its end. */
export const isLeaving = (pod: V1Pod) => pod.metadata?.deletionTimestamp !== undefined;
export const isPodReady = (pod: V1Pod) => conditionOf(pod, "Ready")?.status === "True" && !isLeaving(pod);

/** Since when a pod is Ready; undefined where it is not. */
export function readySince(pod: V1Pod): Date | undefined {
  return isPodReady(pod) ? conditionOf(pod, "Ready")?.lastTransitionTime : undefined;
}

/** Since when a pod's container runs; undefined where none does. */
export const runningSince = (pod: V1Pod) => mainOf(pod)?.state?.running?.startedAt;

const mainOf = (pod: V1Pod) => pod.status?.containerStatuses?.find(({ name }) => name === "main");

/** One line for each pod that is not Ready. */
export function waitingPods(pods: readonly V1Pod[], { events }: ClusterObjects, now: Date): string[] {
  return pods
    .filter((pod) => !isPodReady(pod))
    .map((pod) => `pod ${podName(pod)}: ${loadingFor(pod, now) ?? whyPodWaits(pod, events)}`);
}

/** Time since a pod's container started that is not Ready, as a worker that loads its model; undefined where none runs. */
export function loadingFor(pod: V1Pod, now: Date): string | undefined {
  if (isPodReady(pod) || isLeaving(pod)) return undefined;
  const since = runningSince(pod);
  if (!since) return undefined;
  const restartCount = mainOf(pod)?.restartCount ?? 0;
  const restarts = restartCount > 0 ? `, after ${countOf(restartCount, "restart")}` : "";
  return `not Ready yet since ${age(since, now)}${restarts}`;
}

/** Age of a state: "12 s". */
export function age(time: Date, now: Date): string {
  const seconds = Math.max(0, Math.round((now.getTime() - time.getTime()) / 1000));
  return seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}

/** Workers that a graph declares: fewest and max. Of one on several nodes only the leader registers. */
export function declaredWorkers(services: readonly DeclaredService[]): { min: number; max: number } {
  const workers = services.filter(({ type }) => workerTypes.includes(type));
  const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);
  return {
    min: sum(workers.map(({ min, replicas }) => min ?? replicas)),
    max: sum(workers.map(({ replicas }) => replicas)),
  };
}

/** Env of the pod's main container, as it is written there. */
export function envOf(pod: V1Pod): ReadonlyMap<string, string | undefined> {
  const main = pod.spec?.containers.find(({ name }) => name === "main");
  return new Map((main?.env ?? []).map(({ name, value }) => [name, value]));
}
