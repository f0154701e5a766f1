import { setTimeout } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";
import { own } from "../../config/own";
import { seconds } from "../../plan/duration";
import type { GraphPlan } from "../../plan/graph/graphPlan";
import { lacks } from "../../plan/graph/readiness";
import { digestOf } from "../../plan/graph/summary";
import type { DeployedGraphs, SwitchoverPlan } from "../../plan/switchover";
import type { Cluster } from "./cluster";
import { hasEngine, hookName } from "./engine";
import { readGraph } from "./liveGraph";
import { tellProgress } from "./progress";
import { raise, type Start } from "./startingReplicas";
import { reportWaitingPods } from "./waitingPods";

/** The first pause between two looks at a graph, in ms, and the longest. Between them it is a quarter of the time waited. */
const [shortest, longest] = [100, 5_000];

/** A hook that notes that a graph is made or changed. */
export function noteChange(name: string): { readonly hook: pulumi.ResourceHook; isNoted(): boolean } {
  let isNoted = false;
  const note = async () => {
    isNoted = true;
  };
  return { hook: new pulumi.ResourceHook(hookName(`${name}-change`), note), isNoted: () => isNoted };
}

/** What a wait goes by. */
interface Awaited {
  /** The graph's component, beside which Pulumi shows what is told. */
  readonly component: pulumi.Resource;
  /** Whether this update has made or changed the graph. */
  readonly isChanged: boolean;
  /** Graphs as the last update that succeeded left them. */
  readonly deployed: DeployedGraphs;
  readonly switchover: SwitchoverPlan;
  readonly cluster: Cluster;
  /** Replicas that its scaled components have at least. */
  readonly start: Start;
}

/**
 * Waits until a graph is Ready, unless it is as the last update that succeeded left it. After a wait that was in vain the next
 * update finds the graph as the config says, and would lead clients to it and delete the one that serves: it waits again. A
 * preview waits for nothing.
 * @throws pulumi.RunError where it is not Ready within its readyTimeout
 */
export async function untilReady(
  graph: GraphPlan,
  { component, isChanged, deployed, switchover, cluster, start }: Awaited,
): Promise<void> {
  const { name, deployment, readyTimeout } = graph;
  if (pulumi.runtime.isDryRun() || !hasEngine()) return;
  if (!isChanged && own(deployed, name)?.digest === digestOf(deployment)) return;
  const ended = new AbortController();
  void tellProgress(graph, component, cluster, ended.signal);
  try {
    const missing = await lookUntilReady(graph, cluster, start);
    if (missing.length === 0) return;
    const found = `graph ${name}: ${deployment.metadata.name} was not Ready within ${readyTimeout}`;
    await pulumi.log.error(`${found} (dynamo:graphs[].readyTimeout): ${missing.join("; ")}`, component);
    await reportWaitingPods(deployment.metadata, component, cluster, switchover);
    throw new pulumi.RunError(found);
  } finally {
    ended.abort();
  }
}

/** @returns reasons why a graph is not Ready at the end of its readyTimeout; none as soon as it is */
async function lookUntilReady(
  { deployment, readiness, readyTimeout }: GraphPlan,
  cluster: Cluster,
  start: Start,
): Promise<string[]> {
  const began = Date.now();
  const waited = () => Date.now() - began;
  let raised: boolean | string = false;
  for (;;) {
    const missing = await readGraph(deployment, cluster).then(
      (found) => lacks(found, readiness, start),
      (error: Error) => [`it can't be read: ${error.message}`],
    );
    if (missing.length === 0 || waited() > 1_000 * seconds(readyTimeout)) return missing;
    if (raised !== true) {
      const result = await raise(deployment, start, cluster).catch((error: Error) => error.message);
      if (typeof result === "string" && result !== raised) await pulumi.log.warn(result);
      raised = result;
    }
    await setTimeout(Math.min(Math.max(waited() / 4, shortest), longest));
  }
}
