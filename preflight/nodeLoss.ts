/** What a stack loses with a node or a zone, by arithmetic: nothing is asked, and nobody is evicted. */
import { kindOf } from "../gpus/kinds";
import { record } from "../gpus/manifest";
import { zoneLabel } from "../plan/zones";
import { countOf } from "./finding";
import type { KnownNodes } from "./knownNodes";
import { alone, drains, type Loss, loss, together } from "./losses";
import { type NeededPods, type Needs, neededPods } from "./needs";
import { type Bears, gpusIn, type Place, place } from "./placement";
import type { ClusterNode } from "./snapshot";

/** The loss of a node, or of all nodes of a zone. */
export interface NodeLoss {
  /** Name of the node; undefined where all are alike, or a zone goes. */
  readonly node?: string | undefined;
  /** Name of the zone. */
  readonly zone?: string | undefined;
  /** Its GPUs. */
  readonly gpus: number;
  /** GPUs of the plan's pods, and of the nodes that are left for these. */
  readonly needed: number;
  readonly left: number;
  readonly losses: readonly Loss[];
}

/** What goes: the one with the most GPUs, or one by its name. */
export interface Lost {
  readonly what: "node" | "zone";
  readonly name?: string | undefined;
}

/** Graphs of which each is looked at by itself, for the time that it takes. */
const maxGraphs = 200;

/**
 * What goes with a node or a zone. Each graph is taken for the one that was there: all others have their places first.
 * @returns undefined where there is no such node or zone
 */
export function nodeLoss(
  needs: Needs,
  { places, bears, only }: KnownNodes,
  { what, name }: Lost = { what: "node" },
): NodeLoss | undefined {
  const all = domains(places, what);
  const [lost] = all
    .filter((one) => name === undefined || one.name === name)
    .sort((a, b) => gpusOf(b.places) - gpusOf(a.places));
  if (lost === undefined) return undefined;
  const pods = neededPods(needs)
    .filter(({ manifest }) => ["DynamoGraphDeployment", "StatefulSet"].includes(kindOf(manifest)))
    .map((one) => (only === undefined ? one : ofNodesAlike(one, only)));
  const left = places.filter((one) => !lost.places.includes(one));
  const without = roomLost(pods, places, left, bears);
  const zones = what === "zone" ? all.length : undefined;
  return {
    [what]: lost.name || undefined,
    gpus: gpusOf(lost.places),
    needed: pods.reduce((sum, { requests, count }) => sum + gpusIn(requests) * count, 0),
    left: left.reduce((sum, { free }) => sum + gpusIn(free), 0),
    losses: [
      ...without,
      ...pods.flatMap(alone),
      ...pods.flatMap((one) => together(one, lost.places, zones)),
      ...drains(needs, pods, without),
    ],
  };
}

/** Each node by itself, or those of each zone. */
function domains(places: readonly Place[], what: Lost["what"]) {
  if (what === "node") return places.map((one) => ({ name: one.node.metadata.name, places: [one] }));
  const zones = new Set(places.flatMap(({ node }) => zoneIn(node) ?? []));
  return [...zones].map((name) => ({ name, places: places.filter(({ node }) => zoneIn(node) === name) }));
}

/** Zone of a node, as its labels have it. */
export const zoneIn = ({ metadata }: ClusterNode): string | undefined => metadata.labels?.[zoneLabel];

const gpusOf = (places: readonly Place[]) =>
  places.reduce((sum, { allocatable }) => sum + gpusIn(allocatable), 0);

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
