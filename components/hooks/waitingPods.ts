import { AsyncResource } from "node:async_hooks";
import type { CoreV1Api, CoreV1Event, V1Pod } from "@kubernetes/client-node";
import * as pulumi from "@pulumi/pulumi";
import { graphLabel } from "../../plan/graph/labels";
import type { DynamoGraphDeployment } from "../../plan/graph/manifest";
import type { SwitchoverPlan } from "../../plan/switchover";
import { type Cluster, connect } from "./cluster";
import { hookName } from "./engine";
import { isOvertaken, prepareUpdate } from "./scalingAdapters";

/**
 * A hook for a graph that could not be made or changed. It says which pods wait, and what stands, where the graph was to take
 * the place of another. An update that met a write of the operator or of an autoscaler is tried again, twice at most.
 */
export function explainWaitingPods(
  name: string,
  component: pulumi.Resource,
  cluster: Cluster,
  switchover: SwitchoverPlan,
): pulumi.ErrorHook {
  const explain = async ({ newInputs, errors }: pulumi.ErrorHookArgs) => {
    const graph: Graph | undefined = newInputs?.metadata;
    if (graph === undefined) return false; // its deletion failed
    // The operator wrote the graph at the same time.
    if (errors[0]?.includes("the object has been modified") && errors.length < 3) return true;
    if (isOvertaken(errors[0]) && errors.length < 3) {
      await prepareUpdate(newInputs as DynamoGraphDeployment, cluster);
      return true;
    }
    await reportWaitingPods(graph, component, cluster, switchover);
    return false;
  };
  // Called from outside the program, where an inline program of the Automation API has no log unless it is bound.
  return new pulumi.ErrorHook(hookName(`${name}-waiting`), AsyncResource.bind(explain));
}

/** Says which pods of a graph wait, why, and what stands meanwhile: the graph's own status only names the components. */
export async function reportWaitingPods(
  graph: Graph,
  component: pulumi.Resource,
  cluster: Cluster,
  switchover: SwitchoverPlan,
): Promise<void> {
  try {
    for (const line of await waitingPods(graph, cluster)) await pulumi.log.error(line, component);
  } catch (error) {
    await pulumi.log.warn(
      `can't tell which pods of ${graph.name} wait: ${(error as Error).message}`,
      component,
    );
  }
  const standing = whatStands(graph.name, switchover);
  if (standing !== undefined) await pulumi.log.error(standing, component);
}

/** What is there of a graph that was to be replaced by one that is not Ready; undefined where none was. */
function whatStands(deployment: string, { kind, replaced }: SwitchoverPlan): string | undefined {
  const [graph, before] = Object.entries(replaced).find(([, { by }]) => by === deployment) ?? [];
  if (before === undefined) return undefined;
  const waits = `graph ${graph}: ${deployment} is not Ready`;
  return kind === "blue-green"
    ? `${waits}, and ${before.deployment} serves on. Mend what it waits for and run \`pulumi up\` again, or set the config back: that removes ${deployment}`
    : `${waits}, and ${before.deployment} is gone: nothing serves. Mend what it waits for and run \`pulumi up\` again, or set the config back: that makes ${before.deployment} anew`;
}

interface Graph {
  readonly name: string;
  readonly namespace: string;
}

/** Events of a namespace that give a reason. */
export async function eventsOf(core: CoreV1Api, namespace: string, reason: string): Promise<CoreV1Event[]> {
  return (await core.listNamespacedEvent({ namespace, fieldSelector: `reason=${reason}` })).items;
}

/** One line for each pod of a graph that is not Ready, and for those that may not be made, as by a quota. */
async function waitingPods({ name, namespace }: Graph, cluster: Cluster): Promise<string[]> {
  const { client, api } = await connect(cluster);
  const core = api(client.CoreV1Api);
  const ofGraph = { namespace, labelSelector: `${graphLabel}=${name}` };
  const [pods, events, inGrove, inSets, replicaSets] = await Promise.all([
    core.listNamespacedPod(ofGraph),
    eventsOf(core, namespace, "FailedScheduling"),
    eventsOf(core, namespace, "PodCreateFailed"),
    eventsOf(core, namespace, "FailedCreate"),
    api(client.AppsV1Api).listNamespacedReplicaSet(ofGraph),
  ]);
  return [
    ...pods.items
      .filter((pod) => conditionOf(pod, "Ready")?.status !== "True")
      .map((pod) => `pod ${pod.metadata?.name} waits: ${whyPodWaits(pod, events)}`),
    ...replicaSets.items.flatMap((replicaSet) => {
      const failure = conditionOf(replicaSet, "ReplicaFailure");
      return failure ? [`${replicaSet.metadata?.name} lacks pods: ${failure.message}`] : [];
    }),
    ...refusedPods(name, [...inGrove, ...inSets]),
  ];
}

/**
 * What an orchestrator says of pods that it may not make, as by a quota: Grove in events on their PodClique, LeaderWorkerSet in
 * those on the StatefulSets of its groups. The newest of each counts.
 */
export function refusedPods(graph: string, events: readonly CoreV1Event[]): string[] {
  const newest = new Map<string, CoreV1Event>();
  for (const event of [...events].sort((a, b) => timeOf(a) - timeOf(b))) {
    const { kind, name = "" } = event.involvedObject;
    const isGroup = kind === "StatefulSet" && name.startsWith(`${graph}-`) && /-\d+(-0)?$/.test(name);
    if (isGroup || (kind === "PodClique" && name.startsWith(`${graph}-0-`))) newest.set(name, event);
  }
  return [...newest].map(([name, { message }]) => `${name} lacks pods: ${message}`);
}

/** Why a pod is not Ready: in the scheduler's own words where it is the scheduler that finds no place. */
export function whyPodWaits(pod: V1Pod, events: readonly CoreV1Event[]): string {
  if (pod.metadata?.deletionTimestamp) return "being deleted";
  if (!pod.spec?.nodeName) {
    const newest = events
      .filter(({ involvedObject }) => involvedObject.uid === pod.metadata?.uid)
      .reduce<CoreV1Event | undefined>((a, b) => (a && timeOf(a) > timeOf(b) ? a : b), undefined);
    return (
      conditionOf(pod, "PodScheduled")?.message ?? newest?.message ?? "the scheduler has not looked at it yet"
    );
  }
  const containers = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])];
  const state = containers.map((container) => container.state?.waiting).find(Boolean);
  if (state) return [state.reason, state.message].filter(Boolean).join(": ");
  return pod.status?.message ?? conditionOf(pod, "Ready")?.message ?? "scheduled, not Ready yet";
}

/** A condition of a status. */
export function conditionOf<Condition extends { type: string }>(
  { status }: { status?: { conditions?: Condition[] } },
  type: string,
): Condition | undefined {
  return status?.conditions?.find((condition) => condition.type === type);
}

/** The client hands on an event's microseconds, which the scheduler's have alone, as text. */
function timeOf({ lastTimestamp, eventTime, metadata }: CoreV1Event): number {
  const time: Date | string | undefined = lastTimestamp ?? eventTime ?? metadata.creationTimestamp;
  return time === undefined ? 0 : new Date(time).getTime();
}
