/** Nodes that a plan's pods may be on, by a kept cluster or by what the config tells. */
import { isGpu } from "../config/accelerators";
import type { StackConfig } from "../config/schema";
import { zoneLabel, zoneOf } from "../plan/zones";
import { bornIn, placesOf } from "./checks/gpuNodes";
import { type Needs, neededPods } from "./needs";
import type { Bears, Place } from "./placement";
import { isUnread, type Snapshot } from "./snapshot";

/** Nodes, as far as is known of them. */
export interface KnownNodes {
  readonly places: readonly Place[];
  readonly bears: Bears;
  /** Requests of pods that such nodes can be asked for. @default all */
  readonly only?: ((resource: string) => boolean) | undefined;
}

/** Nodes of a kept cluster; a text where they could not be read. */
export function nodesOf(needs: Needs, cluster: Snapshot): KnownNodes | string {
  if (isUnread(cluster.nodes)) return cluster.nodes.unread;
  const places = placesOf(needs, cluster.nodes, cluster);
  return isUnread(places) ? places.unread : { places, bears: bornIn(cluster) };
}

/**
 * Nodes as `dynamo:cluster` tells them, which are alike and have nothing but GPUs; undefined where it does not.
 * @param kinds of GPUs that the plan asks for
 */
export function nodesToldBy(
  { cluster: { nodes, gpusPerNode, zones } }: StackConfig,
  kinds: readonly string[],
): KnownNodes | undefined {
  if (nodes === undefined || gpusPerNode === undefined || kinds.length > 1) return undefined;
  const allocatable = Object.fromEntries(kinds.map((kind) => [kind, gpusPerNode]));
  return {
    places: Array.from({ length: nodes }, (_, i) => {
      const labels: Record<string, string> = zones === undefined ? {} : { [zoneLabel]: zoneOf(i, zones) };
      return { node: { metadata: { name: "", labels } }, allocatable, free: allocatable };
    }),
    bears: () => true,
    only: isGpu,
  };
}

/** Kinds of GPUs that a plan asks for. */
export function kindsOf(needs: Needs): string[] {
  const kinds = neededPods(needs).flatMap(({ requests }) => Object.keys(requests));
  return [...new Set(kinds.filter(isGpu))];
}
