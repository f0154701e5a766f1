import { at, list } from "./manifest";

/** Fields of a pod that list containers. */
export const containerLists = ["initContainers", "containers", "ephemeralContainers"];

/** All containers of a pod. */
export function containersOf(pod: unknown): unknown[] {
  return containerLists.flatMap((field) => list(at(pod, field)));
}
