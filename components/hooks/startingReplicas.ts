/** Replicas that a new graph's scaled components begin with. */
import * as pulumi from "@pulumi/pulumi";
import { own } from "../../config/own";
import type { GraphPlan } from "../../plan/graph/graphPlan";
import type { DynamoGraphDeployment } from "../../plan/graph/manifest";
import { startingReplicas } from "../../plan/graph/replicas";
import type { SwitchoverPlan } from "../../plan/switchover";
import type { Cluster } from "./cluster";
import { hasEngine } from "./engine";
import { readGraph, setAdapter } from "./liveGraph";

/** Replicas that the scaled components of a graph begin with, and have at least when it is Ready. */
export type Start = Readonly<Record<string, number>>;

/** Finds out the {@link Start}: at a switchover as many as serve now. */
export async function startOf(
  { name, components, deployment }: GraphPlan,
  { replaced }: SwitchoverPlan,
  cluster: Cluster,
): Promise<Start> {
  const before = own(replaced, name);
  const isScaled = components.some(({ scaling }) => scaling !== undefined);
  if (before === undefined || !isScaled || !hasEngine() || pulumi.runtime.isDryRun())
    return startingReplicas(components);
  const { namespace } = deployment.metadata;
  const graph = {
    apiVersion: before.apiVersion as DynamoGraphDeployment["apiVersion"],
    metadata: { name: before.deployment, namespace },
  };
  try {
    return startingReplicas(components, await readGraph(graph, cluster));
  } catch (error) {
    await pulumi.log.warn(
      `can't tell how many workers of ${before.deployment} serve: ${deployment.metadata.name} begins with the minimum: ${(error as Error).message}`,
    );
    return startingReplicas(components);
  }
}

/**
 * Scales components up to where they begin, by the adapters that the operator makes for them. The graph does not say how many
 * they are: it would own them from then on, and each update set them back.
 * @returns whether all of them have an adapter
 */
export async function raise(graph: DynamoGraphDeployment, start: Start, cluster: Cluster): Promise<boolean> {
  const each = Object.entries(start).map(([component, min]) =>
    setAdapter(component, graph, cluster, (replicas) => Math.max(replicas, min)),
  );
  return (await Promise.all(each)).every(Boolean);
}
