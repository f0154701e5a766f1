import type { GraphApiVersion } from "../../config/runtime/release";
import type { Runtime } from "../../config/runtime/runtime";
import { at, list, record, text } from "../../gpus/manifest";
import type { Graph } from "./model";

/**
 * Conditions on which a graph is ready, beside the condition Ready. That alone is not enough: before 1.0 the status has no
 * generation, so that right after a change it still says Ready of what was before (ai-dynamo/dynamo#3567). The
 * counts are of what is asked for now.
 */
export interface Readiness {
  /** Part of the status that has the components. */
  readonly status: "services" | "components";
  /** Ready replicas by component, as far as the status has them, and nobody else sets them. */
  readonly replicas: Readonly<Record<string, number>>;
}

/** Conditions on which a graph's components are ready. */
export function readinessOf(
  { components }: Graph,
  apiVersion: GraphApiVersion,
  { countsReplicas }: Runtime,
): Readiness {
  // Of a component on several nodes each orchestrator counts differently.
  const counted = countsReplicas ? components.filter(({ nodes }) => nodes === 1) : [];
  return {
    status: apiVersion === "v1alpha1" ? "services" : "components",
    replicas: Object.fromEntries(
      counted.flatMap(({ name, replicas }) => (replicas === undefined ? [] : [[name, replicas]])),
    ),
  };
}

/** Ready replicas by a component's status; Grove counts workers of several nodes by what is available alone. */
export function readyReplicas(counts: unknown): unknown {
  return at(counts, "readyReplicas") ?? at(counts, "availableReplicas");
}

/**
 * Reasons why a graph of the cluster is not ready, for messages; empty where it is.
 * @param min replicas that scaled components have at least, by name
 */
export function lacks(
  graph: unknown,
  { status, replicas }: Readiness,
  min: Readonly<Record<string, number>> = {},
): string[] {
  const readyOf = (component: string) => Number(readyReplicas(at(graph, "status", status, component)) ?? 0);
  const lacking = (counts: typeof min, isEnough: (ready: number, count: number) => boolean) =>
    Object.entries(counts).flatMap(([component, count]) => {
      const ready = readyOf(component);
      return isEnough(ready, count) ? [] : [`${component} has ${ready} of ${count} replicas ready`];
    });
  return [
    ...notReady(graph),
    ...notObserved(graph),
    ...lacking(replicas, (ready, count) => ready === count),
    ...lacking(min, (ready, count) => ready >= count),
  ];
}

/** Message on its condition Ready; empty where it is true. */
export function notReady(graph: unknown): string[] {
  const condition = list(at(graph, "status", "conditions"))
    .map(record)
    .find(({ type }) => type === "Ready");
  if (condition?.status === "True") return [];
  if (!condition) return ["the operator has not reported its status yet"];
  const [reason = "", ...more] = (text(condition.message) || text(condition.reason)).split("; ");
  const others = more.length > 0 ? `; and ${more.length} ${more.length === 1 ? "other" : "others"}` : "";
  return [`the graph is not Ready${reason && ` (${reason}${others})`}`];
}

/** Message on a status of another generation; empty before 1.0, where it has none. */
export function notObserved(graph: unknown): string[] {
  const observed = at(graph, "status", "observedGeneration");
  const generation = at(graph, "metadata", "generation");
  return observed === undefined || observed === generation
    ? []
    : [`its status is of generation ${observed}, and the graph is at ${generation}`];
}
