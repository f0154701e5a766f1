/** Replicas that a new graph's scaled components begin with. */
import { AsyncResource } from "node:async_hooks";
import { setTimeout } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";
import { seconds } from "../../plan/duration";
import type { GraphPlan } from "../../plan/graph/graphPlan";
import type { DynamoGraphDeployment } from "../../plan/graph/manifest";
import { startingReplicas } from "../../plan/graph/replicas";
import type { SwitchoverPlan } from "../../plan/switchover";
import type { Cluster } from "./cluster";
import { hasEngine, hookName } from "./engine";
import { readGraph, setAdapter } from "./liveGraph";

/** Between two looks at an adapter, in ms. */
const period = 500;

/** Replicas that the scaled components of a graph begin with, and have at least when it is Ready. */
export type Start = Readonly<Record<string, number>>;

/** Finds out the {@link Start}: at a switchover as many as serve now. */
export async function startOf(
  { name, components, deployment }: GraphPlan,
  { replaced }: SwitchoverPlan,
  cluster: Cluster,
): Promise<Start> {
  const before = replaced[name];
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
 * A hook that scales a graph's components to where they begin, as soon as the operator has made their adapters. The graph
 * does not say how many they are: it would own them from then on, and each update set them back.
 */
export function scaleFromStart(
  name: string,
  cluster: Cluster,
  readyTimeout: string,
  start: Promise<Start>,
): pulumi.ResourceHook {
  const scale = async ({ newInputs }: pulumi.ResourceHookArgs) => {
    const graph = newInputs as DynamoGraphDeployment;
    const deadline = Date.now() + 1_000 * seconds(readyTimeout);
    const until = async () => {
      // What fails here is tried again by `untilReady`, which tells of it.
      while (Date.now() < deadline && !(await raise(graph, await start, cluster).catch(() => false)))
        await setTimeout(period, undefined, { ref: false });
    };
    void until(); // the graph is made meanwhile
  };
  return new pulumi.ResourceHook(hookName(`${name}-start`), AsyncResource.bind(scale));
}

/** Scales components up to where they begin. @returns whether all of them have an adapter */
export async function raise(graph: DynamoGraphDeployment, start: Start, cluster: Cluster): Promise<boolean> {
  const each = Object.entries(start).map(([component, min]) =>
    setAdapter(component, graph, cluster, (replicas) => Math.max(replicas, min)),
  );
  return (await Promise.all(each)).every(Boolean);
}
