import { AsyncResource } from "node:async_hooks";
import { setTimeout } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";
import { at } from "../../gpus/manifest";
import { graphLabel } from "../../plan/graph/labels";
import { type Cluster, connect } from "./cluster";
import { hookName } from "./engine";

/** Longer than a pod may take to end: the operator gives 60 s. In ms. */
const endTimeout = 90_000;

/**
 * A hook that ends the connections to a graph's frontends when their Service has moved to another graph's. Clients keep
 * connections, and the Service only leads new ones elsewhere. When the old graph is deleted, its workers leave at once,
 * and a frontend that still has connections answers 404. So its frontends are started anew while the workers are there:
 * they answer what they were asked, and clients come back by the Service.
 */
export function drainFrontends(name: string, cluster: Cluster): pulumi.ResourceHook {
  const drain = async ({ oldInputs, newInputs }: pulumi.ResourceHookArgs) => {
    const [before, after] = [oldInputs, newInputs].map((inputs) => at(inputs, "spec", "selector"));
    const graph = at(before, graphLabel);
    if (graph === at(after, graphLabel)) return;
    try {
      await restartPods(String(at(oldInputs, "metadata", "namespace")), before as Labels, cluster);
    } catch (error) {
      await pulumi.log.warn(
        `can't end the connections to the frontends of ${graph}: requests may fail when it goes: ${(error as Error).message}`,
      );
    }
  };
  // Called from outside the program, where an inline program of the Automation API has no log unless it is bound.
  return new pulumi.ResourceHook(hookName(`${name}-drain`), AsyncResource.bind(drain));
}

type Labels = Readonly<Record<string, string>>;

/** Deletes the pods with these labels, for their Deployment to make anew, and waits until they are gone. */
async function restartPods(namespace: string, labels: Labels, cluster: Cluster): Promise<void> {
  const { client, api } = await connect(cluster);
  const core = api(client.CoreV1Api);
  const labelSelector = Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(",");
  const uids = async () => {
    const { items } = await core.listNamespacedPod({ namespace, labelSelector });
    return items.map(({ metadata }) => metadata?.uid);
  };
  const connected = await uids();
  await core.deleteCollectionNamespacedPod({ namespace, labelSelector });
  for (const deadline = Date.now() + endTimeout; Date.now() < deadline; await setTimeout(500))
    if (!(await uids()).some((uid) => connected.includes(uid))) return;
  throw new Error(`they did not end within ${endTimeout / 1000} s`);
}
