/** Places pods on nodes, as the scheduler would as far as nodes, taints and requests decide. */
import { isGpu } from "../config/accelerators";
import { at, list, record, text } from "../gpus/manifest";
import type { NeededPods } from "./needs";
import { type Amounts, minus } from "./requests";
import type { ClusterNode } from "./snapshot";

/** A node that takes pods. */
export interface Place {
  readonly node: ClusterNode;
  readonly allocatable: Amounts;
  /** Free for the plan's pods. */
  readonly free: Amounts;
}

/** Pods that find no place, and why. */
export interface Unplaced {
  readonly pods: NeededPods;
  readonly count: number;
  readonly why: string;
}

/**
 * Places pods, those with the most GPUs first, each on the fullest node that takes it: large pods find room that way.
 * @param bears taints that pods bear without a toleration of theirs
 */
export function unplaced(all: readonly NeededPods[], places: readonly Place[], bears: Bears): Unplaced[] {
  return place(all, places, bears).without;
}

/** Pods that find no place, and what is left for others where those are that do. */
export interface Placed {
  readonly without: Unplaced[];
  readonly left: readonly Place[];
}

/** Does as {@link unplaced}, and tells what is left. */
export function place(all: readonly NeededPods[], places: readonly Place[], bears: Bears): Placed {
  const free = new Map(places.map((place) => [place, place.free]));
  const sorted = [...all].sort((a, b) => gpusIn(b.requests) - gpusIn(a.requests));
  const without = sorted.flatMap((pods) => {
    const fitting = places.filter(({ node }) => isAllowed(pods, node, bears));
    let group = new Set<Place>();
    let left = pods.count;
    for (; left > 0; left--) {
      if ((pods.count - left) % groupSize(pods) === 0) group = new Set();
      const place = fullest(
        fitting.filter((one) => !group.has(one) && fits(pods.requests, free.get(one) ?? {})),
        free,
      );
      if (place === undefined) break;
      group.add(place);
      free.set(place, minus(free.get(place) ?? {}, pods.requests));
    }
    return left === 0 ? [] : [{ pods, count: left, why: whyNot(pods, places, fitting) }];
  });
  return { without, left: places.map((place) => ({ ...place, free: free.get(place) ?? {} })) };
}

/** Whether pods bear a taint without a toleration of theirs. */
export type Bears = (taint: { readonly key: string }, pods: NeededPods) => boolean;

/** Pods of which each needs a node of its own. */
function groupSize({ nodes, pod, count }: NeededPods): number {
  const isApart = list(at(pod, "topologySpreadConstraints")).some(
    (spread) =>
      at(spread, "topologyKey") === "kubernetes.io/hostname" &&
      at(spread, "whenUnsatisfiable") === "DoNotSchedule",
  );
  return isApart ? count : nodes;
}

const fits = (requests: Amounts, free: Amounts) =>
  Object.entries(requests).every(([resource, amount]) => amount <= (free[resource] ?? 0));

function fullest(places: readonly Place[], free: ReadonlyMap<Place, Amounts>): Place | undefined {
  const gpus = (place: Place) => gpusIn(free.get(place) ?? {});
  return places.reduce<Place | undefined>(
    (best, place) => (best === undefined || gpus(place) < gpus(best) ? place : best),
    undefined,
  );
}

/** GPUs of all kinds together. */
export function gpusIn(amounts: Amounts): number {
  return Object.entries(amounts).reduce((sum, [kind, amount]) => (isGpu(kind) ? sum + amount : sum), 0);
}

function isAllowed(pods: NeededPods, { metadata, spec }: ClusterNode, bears: Bears): boolean {
  return (
    Object.entries(record(at(pods.pod, "nodeSelector"))).every(
      ([key, value]) => metadata.labels?.[key] === value,
    ) &&
    (spec?.taints ?? []).every(
      (taint) =>
        !["NoSchedule", "NoExecute"].includes(taint.effect) ||
        bears(taint, pods) ||
        list(at(pods.pod, "tolerations")).some((toleration) => tolerates(toleration, taint)),
    )
  );
}

type Taint = NonNullable<NonNullable<ClusterNode["spec"]>["taints"]>[number];

function tolerates(toleration: unknown, { key, value, effect }: Taint): boolean {
  const tolerated = (field: string) => text(at(toleration, field));
  if (tolerated("effect") !== "" && tolerated("effect") !== effect) return false;
  if (tolerated("key") !== "" && tolerated("key") !== key) return false;
  return (
    tolerated("operator") === "Exists" || (tolerated("key") === key && tolerated("value") === (value ?? ""))
  );
}

function whyNot(pods: NeededPods, places: readonly Place[], fitting: readonly Place[]): string {
  const selector = Object.entries(record(at(pods.pod, "nodeSelector"))).map((entry) => entry.join("="));
  if (fitting.length === 0)
    return places.length === 0
      ? "no node takes pods"
      : selector.length > 0
        ? `no node that it tolerates has ${selector.join(", ")}`
        : "it tolerates the taints of no node";
  const empty = fitting.filter(({ allocatable }) => fits(pods.requests, allocatable));
  if (empty.length > 0) return "what is free on the nodes for it is too little";
  const short = Object.entries(pods.requests).find(([resource, amount]) =>
    fitting.every(({ allocatable }) => amount > (allocatable[resource] ?? 0)),
  );
  if (short === undefined) return "no node has all that a pod of it asks for";
  const most = Math.max(...fitting.map(({ allocatable }) => allocatable[short[0]] ?? 0));
  return `a pod asks for ${short[1]} ${short[0]}, and no node has more than ${most}`;
}
