import type { V1Pod } from "@kubernetes/client-node";
import { type GraphResource, servicesOf } from "../graphResource";
import { madeBy } from "./choice";
import { grovePods } from "./grovePods";
import { leaderWorkerSetPods } from "./leaderWorkerSetPods";
import type { OrchestratedOptions } from "./nodePod";

/** The pods of a graph that an orchestrator makes, each owned by the graph: what stands between them is left out. */
export const orchestratedPods = (graph: GraphResource, options: OrchestratedOptions): V1Pod[] =>
  servicesOf(graph).flatMap(([name, component]) => {
    const by = madeBy(options.orchestrator, graph, component);
    if (by === undefined) return [];
    return (by === "grove" ? grovePods : leaderWorkerSetPods)(graph, name, component, options);
  });
