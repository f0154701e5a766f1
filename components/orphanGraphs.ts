import * as pulumi from "@pulumi/pulumi";
import type { GraphPlan } from "../plan/graph/graphPlan";
import { ownerLabel, ownerOf } from "../plan/owner";
import type { DeployedGraphs } from "../plan/switchover";
import { connect } from "./kubeconfig";

/**
 * Deletes graphs that carry the stack's label and that nobody knows of: an interrupted update made them, and the one after
 * it took another way. Pulumi's state does not have them, and they would hold GPUs for ever. A preview deletes nothing.
 * @param graphs of the plan, and `deployed` those that were there, which Pulumi deletes itself.
 * @param context of the kubeconfig. Default: the current one.
 */
export async function deleteOrphanGraphs(
  graphs: readonly GraphPlan[],
  deployed: DeployedGraphs,
  context: string | undefined,
): Promise<void> {
  const [first] = graphs;
  if (first === undefined || pulumi.runtime.isDryRun()) return;
  const known = [
    ...graphs.map(({ deployment }) => deployment.metadata.name),
    ...Object.values(deployed).map(({ deployment }) => deployment),
  ];
  const { client, api } = await connect(context);
  const objects = api(client.CustomObjectsApi);
  const [group = "", version = ""] = first.deployment.apiVersion.split("/");
  const { namespace } = first.deployment.metadata;
  const where = { group, version, namespace, plural: "dynamographdeployments" };
  const labelSelector = `${ownerLabel}=${ownerOf(pulumi.getProject(), pulumi.getStack())}`;
  const { items } = await objects.listNamespacedCustomObject({ ...where, labelSelector });
  for (const { metadata } of items as { metadata: { name: string } }[]) {
    if (known.includes(metadata.name)) continue;
    await objects.deleteNamespacedCustomObject({
      ...where,
      name: metadata.name,
      propagationPolicy: "Background",
    });
    await pulumi.log.info(`deleted graph ${metadata.name}, which an interrupted update had left`);
  }
}
