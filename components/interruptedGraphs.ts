/** What an update that was interrupted has left of graphs, which Pulumi's state does not tell. */
import * as pulumi from "@pulumi/pulumi";
import type { GraphPlan } from "../plan/graph/graphPlan";
import { ownerLabel, ownerOf } from "../plan/owner";
import type { DeployedGraphs } from "../plan/switchover";
import { connect } from "./kubeconfig";

/**
 * Refuses an update while a graph of the plan is being deleted. Pulumi finds it there, would have nothing to make, and lead
 * clients to where soon nobody is. A preview refuses nothing: it will be gone by the update.
 * @param context of the kubeconfig. Default: the current one.
 */
export async function refuseLeavingGraphs(
  graphs: readonly GraphPlan[],
  context: string | undefined,
): Promise<void> {
  const planned = graphs.map(({ deployment }) => deployment.metadata.name);
  const { graphs: there } = await stackGraphs(graphs, context);
  const leaving = there
    .filter(({ metadata }) => metadata.deletionTimestamp !== undefined && planned.includes(metadata.name))
    .map(({ metadata }) => metadata.name);
  if (leaving.length > 0)
    throw new pulumi.RunError(
      `still being deleted: ${leaving.join(", ")}. Nothing was changed: run \`pulumi up\` again when \`kubectl get dynamographdeployments\` lists it no more`,
    );
}

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
  const known = [
    ...graphs.map(({ deployment }) => deployment.metadata.name),
    ...Object.values(deployed).map(({ deployment }) => deployment),
  ];
  const { graphs: there, remove } = await stackGraphs(graphs, context);
  for (const { metadata } of there) {
    if (known.includes(metadata.name)) continue;
    await remove(metadata.name);
    await pulumi.log.info(`deleted graph ${metadata.name}, which an interrupted update had left`);
  }
}

interface StackGraph {
  readonly metadata: { readonly name: string; readonly deletionTimestamp?: string };
}

/** Graphs in the cluster with the stack's label; none in a preview. */
async function stackGraphs(plan: readonly GraphPlan[], context: string | undefined) {
  const [first] = plan;
  if (first === undefined || pulumi.runtime.isDryRun()) return { graphs: [], remove: async () => {} };
  const { client, api } = await connect(context);
  const objects = api(client.CustomObjectsApi);
  const [group = "", version = ""] = first.deployment.apiVersion.split("/");
  const { namespace } = first.deployment.metadata;
  const where = { group, version, namespace, plural: "dynamographdeployments" };
  const labelSelector = `${ownerLabel}=${ownerOf(pulumi.getProject(), pulumi.getStack())}`;
  const { items } = await objects.listNamespacedCustomObject({ ...where, labelSelector }).catch((error) => {
    // That the cluster doesn't know the kind is Pulumi's to tell.
    if (error instanceof client.ApiException && error.code === 404) return { items: [] };
    throw error;
  });
  return {
    graphs: items as StackGraph[],
    remove: (name: string) =>
      objects.deleteNamespacedCustomObject({ ...where, name, propagationPolicy: "Background" }),
  };
}
