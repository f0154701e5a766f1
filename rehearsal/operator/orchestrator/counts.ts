import type { V1Pod } from "@kubernetes/client-node";
import type { Orchestrator } from "../../../config/runtime/runtime";
import {
  type ComponentSpec,
  type ComponentStatus,
  componentDeployment,
  dynamoNamespace,
  type GraphResource,
  isWorker,
  labels,
  nodesOf,
  servicesOf,
  workerHash,
} from "../graphResource";
import { madeBy } from "./choice";
import { groveName } from "./grovePods";
import { leaderWorkerSetName } from "./leaderWorkerSetPods";
import type { OrchestratedOptions } from "./nodePod";
import { type PodPlace, placeOf, range } from "./place";
import { isLeaving, isPodReady } from "./steps";

/** A component whose pods an orchestrator makes, as a graph's status has it. */
export interface CountedComponent {
  readonly status: ComponentStatus;
  /** What the operator says that it lacks. */
  readonly lacks?: string;
}

/** Components of a graph whose pods an orchestrator makes, by what there is of these. */
export function countedComponents(
  graph: GraphResource,
  pods: readonly V1Pod[],
  wanted: readonly V1Pod[],
  options: OrchestratedOptions,
): Map<string, CountedComponent> {
  const living = pods.filter((pod) => !isLeaving(pod));
  return new Map(
    servicesOf(graph).flatMap(([name, component]) => {
      const by = madeBy(options.orchestrator, graph, component);
      const ofComponent = (pod: V1Pod) => pod.metadata?.labels?.[labels.component] === name;
      return by === undefined
        ? []
        : [
            [
              name,
              counted(
                graph,
                name,
                component,
                by,
                living.filter(ofComponent),
                wanted.filter(ofComponent),
                options,
              ),
            ],
          ];
    }),
  );
}

function counted(
  graph: GraphResource,
  name: string,
  component: ComponentSpec,
  by: Orchestrator,
  pods: readonly V1Pod[],
  wanted: readonly V1Pod[],
  options: OrchestratedOptions,
): CountedComponent {
  const isWide = nodesOf(component) > 1;
  const desired = component.replicas ?? 1;
  /** Replicas all of whose pods are so. */
  const whole = (is: (pod: V1Pod, place: PodPlace) => boolean) =>
    range(desired).filter((replica) =>
      wanted.map(placeOf).every((place) => {
        const pod = place.replica === replica && pods.find((one) => placeOf(one).key === place.key);
        return place.replica !== replica || (pod && is(pod, place));
      }),
    ).length;
  const ready = whole(isPodReady);
  const updated = whole((pod, place) => placeOf(pod).revision === place.revision);
  const { release } = options;
  const names =
    by === "grove"
      ? [groveName(graph, name)]
      : range(desired).map((replica) => leaderWorkerSetName(graph, name, component, options, replica));
  const hash = by === "grove" || !isWorker(component) ? "" : `-${workerHash(graph)}`;
  const newer = {
    componentNames: names,
    runtimeNamespace: dynamoNamespace(graph, component) + hash,
    ...(by === "grove" && { scheduledReplicas: whole(({ spec }) => spec?.nodeName !== undefined) }),
  };
  const status: ComponentStatus = {
    componentKind:
      by === "leaderworkerset" ? "LeaderWorkerSet" : isWide ? "PodCliqueScalingGroup" : "PodClique",
    componentName: names[0] ?? "",
    ...(release === "1.4" && newer),
    replicas: isWide ? desired : pods.length,
    updatedReplicas: updated,
    ...(by === "grove" && isWide ? { availableReplicas: ready } : { readyReplicas: ready }),
  };
  const lack = lackOf({
    ready: by === "grove" && isWide ? "available" : "ready",
    desired,
    updated,
    count: ready,
    replicas: status.replicas,
  });
  if (lack === undefined) return { status };
  return {
    status,
    lacks:
      by === "grove"
        ? `${name}: ${lack}`
        : `${componentDeployment(graph, name, component, release)}: Component deployment not ready - Available condition not true`,
  };
}

/** In the operator's words of a PodClique and a PodCliqueScalingGroup (grove.go). */
function lackOf(of: { ready: string; desired: number; updated: number; count: number; replicas: number }) {
  const { desired } = of;
  if (of.count < desired) return `desired=${desired}, ${of.ready}=${of.count}`;
  if (of.updated < desired) return `desired=${desired}, updated=${of.updated}`;
  if (of.replicas !== desired)
    return `performing rolling update: desired=${desired}, replicas=${of.replicas}`;
  return undefined;
}
