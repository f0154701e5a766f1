import { setTimeout } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";
import { seconds } from "../../plan/duration";
import type { GraphPlan } from "../../plan/graph/graphPlan";
import { lacks } from "../../plan/graph/readiness";
import { digestOf } from "../../plan/graph/summary";
import type { DeployedGraphs, SwitchoverPlan } from "../../plan/switchover";
import type { Cluster } from "./cluster";
import { hasEngine } from "./engine";
import { readGraph } from "./liveGraph";
import { raise, type Start } from "./startingReplicas";
import { reportWaitingPods } from "./waitingPods";

/** Between two looks at a graph, in ms. */
const period = 1_000;

/**
 * Waits until a graph is Ready, unless it is as the last update that succeeded left it. Pulumi waits only when it makes or
 * changes a graph, and once: after a wait that was in vain the next update reads the graph from the cluster, finds it as
 * the config says, and would lead clients to it and delete the one that serves. A preview waits for nothing.
 * @param deployed graphs as the last update that succeeded left them
 * @param start replicas that its scaled components have at least
 * @throws pulumi.RunError where it is not Ready within its readyTimeout
 */
export async function untilReady(
  graph: GraphPlan,
  deployed: DeployedGraphs,
  switchover: SwitchoverPlan,
  cluster: Cluster,
  start: Start,
): Promise<void> {
  const { name, deployment, readiness, readyTimeout } = graph;
  if (pulumi.runtime.isDryRun() || !hasEngine()) return;
  if (deployed[name]?.digest === digestOf(deployment)) return;
  const deadline = Date.now() + 1_000 * seconds(readyTimeout);
  for (let looks = 0; ; looks++) {
    const missing = await readGraph(deployment, cluster).then(
      (found) => lacks(found, readiness, start),
      (error: Error) => [`it can't be read: ${error.message}`],
    );
    if (missing.length === 0) return;
    const found = `graph ${name}: ${deployment.metadata.name} is not Ready: ${missing.join("; ")}`;
    if (looks === 0) await pulumi.log.info(`${found}; waiting for up to ${readyTimeout}`);
    if (Date.now() > deadline) {
      await reportWaitingPods(deployment.metadata, cluster, switchover);
      throw new pulumi.RunError(
        `${found}, and was not within ${readyTimeout} (dynamo:graphs[].readyTimeout)`,
      );
    }
    await raise(deployment, start, cluster).catch((error: Error) => pulumi.log.warn(error.message));
    await setTimeout(period);
  }
}
