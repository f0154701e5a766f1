/** What a stack makes of a graph, held against the graph that it comes from. */
import { plannerName } from "../../config/deployment";
import type { GraphConfig } from "../../config/graph";
import { poolsOf } from "../../config/pools";
import type { StackConfig } from "../../config/schema";
import type { Manifest } from "../../gpus/manifest";
import type { GraphPlan } from "../../plan/graph/graphPlan";
import { planStack } from "../../plan/stack";
import { type Component, componentsIn } from "./component";
import { type Difference, differences } from "./differences";
import { graphItself } from "./graphItself";
import type { Place } from "./settings";
import type { Structure } from "./structure";

/** A stack with its plan. */
export interface Rendered {
  readonly config: StackConfig;
  readonly plans: readonly GraphPlan[];
}

export const render = (config: StackConfig): Rendered => ({ config, plans: planStack(config).graphs });

/** A component's name in the stack, by its key. */
export function nameAt(place: Place, graph: GraphConfig): string {
  if (place === "frontend") return graph.frontend.name;
  if (place === "endpointPicker") return graph.endpointPicker?.name ?? "";
  return place === "planner" ? plannerName : (poolsOf(graph).find(({ key }) => key === place)?.name ?? "");
}

/** The objects that the stack makes for a graph's pods. */
export const besideOf = (plan: GraphPlan | undefined) =>
  (plan?.before ?? []) as unknown as readonly Manifest[];

/** The components that the stack does not make, as its settings may not be. */
export function notMade({ places }: Structure, { config, plans }: Rendered, i: number): [Place, Component][] {
  const graph = config.graphs[i];
  const made = componentsIn(plans[i]?.deployment).map(({ name }) => name);
  return graph ? [...places].filter(([place]) => !made.includes(nameAt(place, graph))) : [];
}

/** All differences of a graph, also those that don't matter. */
export function allDifferences(
  { places, itself }: Structure,
  { config, plans }: Rendered,
  i: number,
): Difference[] {
  const graph = config.graphs[i];
  const made = componentsIn(plans[i]?.deployment, besideOf(plans[i]));
  const ofComponents = [...places].flatMap(([place, wanted]) => {
    const component = graph && made.find(({ name }) => name === nameAt(place, graph));
    return component ? differences(place, wanted, component) : [];
  });
  return [...differences("graph", itself, graphItself(plans[i]?.deployment)), ...ofComponents];
}
