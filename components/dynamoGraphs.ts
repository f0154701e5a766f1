import type * as pulumi from "@pulumi/pulumi";
import type { GraphPlan } from "../plan/graph/graphPlan";
import type { StackPlan } from "../plan/stack";
import { type DeployedGraphs, recreatedBy } from "../plan/switchover";
import { DynamoGraph } from "./dynamoGraph";

/** The graphs of a stack, by their names in the config. Those that others' frontends serve are made before these. */
export function dynamoGraphs(
  { graphs: plans, switchover }: Pick<StackPlan, "graphs" | "switchover">,
  deployed: DeployedGraphs,
  opts: pulumi.ComponentResourceOptions,
): ReadonlyMap<string, DynamoGraph> {
  const graphs = new Map<string, DynamoGraph>();
  const served = new Map<string, DynamoGraph[]>();
  const hasFrontends = ({ servedBy }: GraphPlan) => servedBy === undefined;
  for (const plan of [...plans.filter((one) => !hasFrontends(one)), ...plans.filter(hasFrontends)]) {
    const { name, servedBy } = plan;
    const recreated = recreatedBy(plan, switchover);
    const args = { plan, served: served.get(name) ?? [], recreated, switchover, deployed };
    const made = new DynamoGraph(name, args, opts);
    graphs.set(name, made);
    if (servedBy !== undefined) served.set(servedBy, [...(served.get(servedBy) ?? []), made]);
  }
  return graphs;
}
