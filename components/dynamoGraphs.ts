import type * as pulumi from "@pulumi/pulumi";
import type { GraphPlan } from "../plan/graph/graphPlan";
import { recreatedBy, type SwitchoverPlan } from "../plan/switchover";
import { DynamoGraph, type DynamoGraphArgs } from "./dynamoGraph";

type Hooks = Pick<DynamoGraphArgs, "onError" | "beforeUpdate" | "afterMove" | "untilReady">;

/** The graphs of a stack, by their names in the config. Those that others' frontends serve are made before these. */
export function dynamoGraphs(
  plan: { readonly graphs: readonly GraphPlan[]; readonly switchover: SwitchoverPlan },
  hooks: Hooks,
  opts: pulumi.ComponentResourceOptions,
): ReadonlyMap<string, DynamoGraph> {
  const graphs = new Map<string, DynamoGraph>();
  const served = new Map<string, DynamoGraph[]>();
  const hasFrontends = ({ servedBy }: GraphPlan) => servedBy === undefined;
  for (const graph of [
    ...plan.graphs.filter((one) => !hasFrontends(one)),
    ...plan.graphs.filter(hasFrontends),
  ]) {
    const { name, servedBy } = graph;
    const recreated = recreatedBy(graph, plan.switchover);
    const made = new DynamoGraph(
      name,
      { plan: graph, served: served.get(name) ?? [], recreated, ...hooks },
      opts,
    );
    graphs.set(name, made);
    if (servedBy !== undefined) served.set(servedBy, [...(served.get(servedBy) ?? []), made]);
  }
  return graphs;
}
