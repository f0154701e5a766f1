/** What speaks against pods that roll in place, where the rules allow it. */
import type { Runtime } from "../../config/runtime/runtime";
import { releaseLineOf } from "../../config/runtime/versions";
import type { StackConfig } from "../../config/schema";
import { tightUpdates } from "../../plan/budget";
import type { ServiceSummary } from "../../plan/graph/summary";
import { mixesHalves } from "../../plan/upgrade";
import type { GraphEffect } from "../preview/effects";

/** GPUs that a stack may have at one time. */
export interface Room {
  /** @default undefined: it is not known */
  readonly limit?: number | undefined;
  /** The setting that tells it. */
  readonly key: string;
}

/** By a stack's budget, and by what is said of its cluster. */
export function roomOf({ budget, cluster: { nodes, gpusPerNode } }: StackConfig): Room {
  const there =
    nodes === undefined || gpusPerNode === undefined ? Number.POSITIVE_INFINITY : nodes * gpusPerNode;
  const allowed = budget.gpus ?? Number.POSITIVE_INFINITY;
  const limit = Math.min(there, allowed);
  return {
    limit: limit === Number.POSITIVE_INFINITY ? undefined : limit,
    key: allowed <= there ? "dynamo:budget.gpus" : "dynamo:cluster",
  };
}

/** A stack whose pods roll. */
interface Rolling {
  readonly runtime: Runtime;
  /** GPUs of its graphs. */
  readonly total: number;
  readonly services: readonly ServiceSummary[];
  readonly effects: readonly GraphEffect[];
  readonly room: Room;
}

/** Reasons against it, by the graph that is better made anew. */
export function againstInPlace(stack: Rolling): Map<string, string> {
  return new Map([...stalls(stack), ...mixedHalves(stack)]);
}

/** Graphs that would wait for GPUs for ever. */
function stalls({ runtime, total, services, effects, room: { limit, key } }: Rolling): [string, string][] {
  if (limit === undefined) return [];
  return tightUpdates(total, limit, services, runtime)
    .filter((update) => update.stalls && isRolled(effects, update))
    .map(({ graph, component, needed }) => [
      graph,
      `a rolling update of ${component} of graph ${graph} needs ${needed} GPUs for a while, and there are ${limit} (${key}): it would stall`,
    ]);
}

/** Whether a component's pods roll in place. */
export function isRolled(
  effects: readonly GraphEffect[],
  { graph, component }: Pick<ServiceSummary, "graph" | "component">,
): boolean {
  return effects.some(
    (effect) =>
      effect.graph === graph &&
      effect.way === "in place" &&
      effect.starts.some((one) => one.component === component),
  );
}

/** Graphs whose prefill would meet the other release's decode. */
function mixedHalves({ runtime, services, effects }: Rolling): [string, string][] {
  return effects.flatMap(({ graph, way, runtime: change }): [string, string][] => {
    if (way !== "in place" || change === undefined || releaseLineOf(change.from) === releaseLineOf(change.to))
      return [];
    const roles = services.filter((one) => one.graph === graph).map(({ type }) => type);
    return mixesHalves(runtime, change.from, roles)
      ? [[graph, `prefill of ${change.from} would meet decode of ${change.to} in graph ${graph}`]]
      : [];
  });
}
