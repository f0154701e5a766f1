import type { V1Pod } from "@kubernetes/client-node";
import { type PodPlace, placeOf } from "./place";

interface Steps {
  readonly remove: readonly V1Pod[];
  readonly create: readonly V1Pod[];
}

export const isPodReady = ({ status }: V1Pod): boolean =>
  status?.conditions?.some((one) => one.type === "Ready" && one.status === "True") === true;

export const isLeaving = ({ metadata }: V1Pod): boolean => metadata?.deletionTimestamp !== undefined;

const hasEnded = ({ status }: V1Pod): boolean => ["Succeeded", "Failed"].includes(status?.phase ?? "");

/**
 * What brings the pods of a graph nearer to those that it should have. A new template rolls one replica of a component at a
 * time, all of its pods at once and none beside those that are there; a replica that is not Ready goes before that.
 */
export function nextSteps(found: readonly V1Pod[], wanted: readonly V1Pod[]): Steps {
  const places = new Map(wanted.map((pod) => [placeOf(pod).key, placeOf(pod)]));
  const living = found.filter((pod) => !isLeaving(pod));
  const over = living.filter((pod) => hasEnded(pod) || !places.has(placeOf(pod).key));
  const kept = living.filter((pod) => !over.includes(pod));
  const outdated = new Set(
    kept.filter((pod) => placeOf(pod).revision !== places.get(placeOf(pod).key)?.revision).map(replicaOf),
  );
  const rolled = [...new Set([...places.values()].map(({ component }) => component))].flatMap((component) =>
    nextToRoll(component, kept, [...places.values()], outdated),
  );
  const taken = new Set(found.map((pod) => placeOf(pod).key));
  return {
    remove: [...over, ...kept.filter((pod) => rolled.includes(replicaOf(pod)))],
    create: wanted.filter((pod) => !taken.has(placeOf(pod).key)),
  };
}

const keyOf = ({ component, replica }: PodPlace): string => `${component} ${replica}`;
const replicaOf = (pod: V1Pod): string => keyOf(placeOf(pod));

/** Replicas of a component whose pods go now, to come again by the new template. */
function nextToRoll(
  component: string,
  kept: readonly V1Pod[],
  places: readonly PodPlace[],
  outdated: ReadonlySet<string>,
): string[] {
  const own = [...new Set(places.filter((place) => place.component === component).map(keyOf))];
  const isWhole = (replica: string) => {
    const pods = kept.filter((pod) => replicaOf(pod) === replica);
    return (
      pods.every(isPodReady) && pods.length === places.filter((place) => keyOf(place) === replica).length
    );
  };
  const old = own.filter((replica) => outdated.has(replica));
  const broken = old.filter((replica) => !isWhole(replica));
  if (broken.length > 0) return broken;
  return own.every(isWhole) ? old.slice(0, 1) : [];
}
