import { AsyncResource } from "node:async_hooks";
import { setTimeout } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";
import { workloadsOf } from "../../gpus/workloads";
import type { DynamoGraphDeployment } from "../../plan/graph/manifest";
import { type Cluster, connect } from "./cluster";
import { hookName } from "./engine";

/**
 * A hook that tells a graph's scaling adapters the replicas to come, before the graph is updated.
 *
 * The operator of 0.8 makes an adapter for each component and takes the adapter's replicas for the truth: it sets back
 * what the graph says, unless it happens to see the graph first. Measured with operator 0.8 (007c5b60a1): 3 of 10
 * changes of replicas were undone. Where there are no adapters, nothing is done.
 */
export function alignScalingAdapters(name: string, cluster: Cluster): pulumi.ResourceHook {
  const align = async ({ newInputs }: pulumi.ResourceHookArgs) => {
    const graph = newInputs as DynamoGraphDeployment;
    try {
      await alignAdapters(graph, cluster);
    } catch (error) {
      await pulumi.log.warn(
        `can't reach the scaling adapters of ${graph.metadata.name}: operator 0.8 may undo a change of replicas: ${(error as Error).message}`,
      );
    }
  };
  // Called from outside the program, where an inline program of the Automation API has no log unless it is bound.
  return new pulumi.ResourceHook(hookName(`${name}-adapters`), AsyncResource.bind(align));
}

async function alignAdapters(wanted: DynamoGraphDeployment, cluster: Cluster): Promise<void> {
  const { client, api } = await connect(cluster);
  const objects = api(client.CustomObjectsApi);
  const asMergePatch = client.setHeaderOptions("Content-Type", client.PatchStrategy.MergePatch);
  const { name, namespace } = wanted.metadata;
  const inNamespace = { group: "nvidia.com", version: "v1alpha1", namespace };
  const adapters = { ...inNamespace, plural: "dynamographdeploymentscalingadapters" };
  const graph = { ...inNamespace, plural: "dynamographdeployments", name };
  for (const { component, replicas, replicasWritten } of workloadsOf(wanted).workloads) {
    if (!replicasWritten) continue; // its scaler's own
    const adapter = { ...adapters, name: `${name}-${component.toLowerCase()}` };
    try {
      await objects.patchNamespacedCustomObject({ ...adapter, body: { spec: { replicas } } }, asMergePatch);
    } catch (error) {
      if (error instanceof client.ApiException && error.code === 404) continue;
      throw error;
    }
    // The operator then writes the graph. It should be done before the update does, or one of them meets a conflict.
    for (let tries = 0; tries < 20; tries++) {
      const { spec: now } = await objects.getNamespacedCustomObject(graph);
      if ((now.services[component]?.replicas ?? replicas) === replicas) break;
      await setTimeout(250);
    }
  }
}
