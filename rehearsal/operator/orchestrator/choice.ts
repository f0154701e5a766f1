/** Which parts of a graph an orchestrator makes the pods of. */
import type { Orchestrator } from "../../../config/runtime/runtime";
import { type ComponentSpec, type GraphResource, nodesOf, servicesOf } from "../graphResource";

/** The orchestrator that the operator takes for a graph, of the one that the cluster has. */
export function orchestratorOf(
  { metadata }: GraphResource,
  orchestrator: Orchestrator | undefined,
): Orchestrator | undefined {
  const isWithoutGrove = metadata.annotations?.["nvidia.com/enable-grove"] === "false";
  return orchestrator === "grove" && isWithoutGrove ? undefined : orchestrator;
}

/** What makes the pods of a component: Grove those of every one, LeaderWorkerSet those of several nodes. */
export function madeBy(
  orchestrator: Orchestrator | undefined,
  graph: GraphResource,
  component: ComponentSpec,
): Orchestrator | undefined {
  const chosen = orchestratorOf(graph, orchestrator);
  return chosen === "grove" || nodesOf(component) > 1 ? chosen : undefined;
}

/**
 * Whether the operator itself rolls a graph's workers, generation by generation. It leaves that to Grove, and does not where
 * a component has several nodes (`supportsManagedRollingUpdate`).
 */
export const isRolledByOperator = (graph: GraphResource, orchestrator: Orchestrator | undefined): boolean =>
  orchestratorOf(graph, orchestrator) !== "grove" &&
  servicesOf(graph).every(([, component]) => nodesOf(component) === 1);
