/** What a stack loses with a node, by arithmetic: nothing is asked, and nobody is evicted. */
import { kindOf } from "../gpus/kinds";
import { record } from "../gpus/manifest";
import { countOf } from "./finding";
import type { KnownNodes } from "./knownNodes";
import { alone, drains, type Loss, loss, together } from "./losses";
import { type NeededPods, type Needs, neededPods } from "./needs";
import { type Bears, gpusIn, type Place, place } from "./placement";

/** The loss of a node. */
export interface NodeLoss {
  /** Its name; undefined where all are alike. */
  readonly node?: string | undefined;
  /** Its GPUs. */
  readonly gpus: number;
  /** GPUs of the plan's pods, and of the nodes that are left for these. */
  readonly needed: number;
  readonly left: number;
  readonly losses: readonly Loss[];
}

/** Graphs of which each is looked at by itself, for the time that it takes. */
const maxGraphs = 200;

/**
 * What goes with a node. Each graph is taken for the one that the node held: all others have their places first.
 * @param name of the node. @default the one with the most GPUs
 * @returns undefined where there is no such node
 */
export function nodeLoss(
  needs: Needs,
  { places, bears, only }: KnownNodes,
  name?: string,
): NodeLoss | undefined {
  const lost =
    name === undefined
      ? places.reduce<Place | undefined>(
          (most, one) =>
            most === undefined || gpusIn(one.allocatable) > gpusIn(most.allocatable) ? one : most,
          undefined,
        )
      : places.find(({ node }) => node.metadata.name === name);
  if (lost === undefined) return undefined;
  const pods = neededPods(needs)
    .filter(({ manifest }) => ["DynamoGraphDeployment", "StatefulSet"].includes(kindOf(manifest)))
    .map((one) => (only === undefined ? one : ofNodesAlike(one, only)));
  const left = places.filter((one) => one !== lost);
  const without = roomLost(pods, places, left, bears);
  const gpus = (all: readonly Place[]) => all.reduce((sum, { free }) => sum + gpusIn(free), 0);
  return {
    node: lost.node.metadata.name || undefined,
    gpus: gpusIn(lost.allocatable),
    needed: pods.reduce((sum, { requests, count }) => sum + gpusIn(requests) * count, 0),
    left: gpus(left),
    losses: [
      ...without,
      ...pods.flatMap(alone),
      ...pods.flatMap((one) => together(one, lost)),
      ...drains(needs, pods, without),
    ],
  };
}

/** Of nodes that are told by a number alone neither labels nor CPUs are known. */
function ofNodesAlike(pods: NeededPods, only: (resource: string) => boolean): NeededPods {
  const { nodeSelector: _, ...pod } = record(pods.pod);
  const requests = Object.fromEntries(Object.entries(pods.requests).filter(([resource]) => only(resource)));
  return { ...pods, pod, requests };
}

/** Pods of each object that find room with the node, and none without it. */
function roomLost(
  pods: readonly NeededPods[],
  all: readonly Place[],
  left: readonly Place[],
  bears: Bears,
): Loss[] {
  const objects = [...new Set(pods.map(({ manifest }) => manifest))];
  const groups =
    objects.length > maxGraphs
      ? [pods]
      : objects.map((object) => pods.filter((one) => one.manifest === object));
  return groups.flatMap((group) => {
    const others = pods.filter((one) => !group.includes(one));
    const unplacedOn = (places: readonly Place[]) =>
      place(group, place(others, places, bears).left, bears).without;
    const before = unplacedOn(all);
    return unplacedOn(left).flatMap(({ pods: one, count }): Loss[] => {
      const more = count - (before.find(({ pods }) => pods === one)?.count ?? 0);
      return more <= 0
        ? []
        : [
            loss(
              "room",
              one,
              `${countOf(more, "pod")} of ${one.count} may find no other node`,
              "have a node more, or fewer replicas or GPUs",
            ),
          ];
    });
  });
}
