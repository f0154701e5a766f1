/** What an update that was interrupted has left of graphs, which Pulumi's state does not tell. */
import * as pulumi from "@pulumi/pulumi";
import { gpuDemand } from "../../gpus/demand";
import type { GraphPlan } from "../../plan/graph/graphPlan";
import { ownerLabel, ownerOf } from "../../plan/owner";
import type { StackPlan } from "../../plan/stack";
import type { DeployedGraphs } from "../../plan/switchover";
import { type Cluster, connect } from "./cluster";
import { hasEngine } from "./engine";

/**
 * Refuses an update while a graph of the plan is being deleted: Pulumi finds it there, would have nothing to make, and lead
 * clients to where soon nobody is. And one that makes graphs which exceed the budget together with what a failed update has
 * left, which goes last. A preview refuses nothing: all of that may be gone by the update.
 * @param deployed graphs as the last update that succeeded left them
 */
export async function refuseWhatIsInTheWay(
  { graphs, switchover, gpus: { budget } }: Pick<StackPlan, "graphs" | "switchover" | "gpus">,
  deployed: DeployedGraphs,
  cluster: Cluster,
): Promise<void> {
  const planned = graphs.map(({ deployment }) => deployment.metadata.name);
  const { graphs: there } = await stackGraphs(graphs, cluster);
  const leaving = there
    .filter(({ metadata }) => metadata.deletionTimestamp !== undefined && planned.includes(metadata.name))
    .map(({ metadata }) => metadata.name);
  if (leaving.length > 0)
    throw new pulumi.RunError(
      `still being deleted: ${leaving.join(", ")}. Nothing was changed: run \`pulumi up\` again when \`kubectl get dynamographdeployments\` lists it no more`,
    );
  const left = orphansOf(there, graphs, deployed);
  const { gpus } = gpuDemand(left);
  const makesNone = planned.every((name) => there.some(({ metadata }) => metadata.name === name));
  if (makesNone || budget === undefined || gpus === 0 || switchover.peak + gpus <= budget) return;
  const names = left.map(({ metadata }) => metadata.name);
  const { namespace } = graphs[0]?.deployment.metadata ?? {};
  throw new pulumi.RunError(
    `an update that failed has left ${names.join(", ")}, which goes last: with it ${switchover.peak + gpus} GPUs run at the peak, and the budget is ${budget}. Nothing was changed: delete it first, by \`kubectl --namespace ${namespace} delete dynamographdeployment ${names.join(" ")}\`, or raise dynamo:budget.gpus for the while`,
  );
}

/**
 * Deletes graphs that carry the stack's label and that nobody knows of: an interrupted update made them, and the one after
 * it took another way. Pulumi's state does not have them, and they would hold GPUs for ever. A preview deletes nothing.
 * @param graphs of the plan, and `deployed` those that were there, which Pulumi deletes itself.
 */
export async function deleteOrphanGraphs(
  graphs: readonly GraphPlan[],
  deployed: DeployedGraphs,
  cluster: Cluster,
): Promise<void> {
  const { graphs: there, remove } = await stackGraphs(graphs, cluster);
  for (const { metadata } of orphansOf(there, graphs, deployed)) {
    await remove(metadata.name);
    await pulumi.log.info(`deleted graph ${metadata.name}, which an interrupted update had left`);
  }
}

/** Those that are neither of the plan nor of the last update that succeeded. */
function orphansOf(
  there: readonly StackGraph[],
  graphs: readonly GraphPlan[],
  deployed: DeployedGraphs,
): StackGraph[] {
  const known = [
    ...graphs.map(({ deployment }) => deployment.metadata.name),
    ...Object.values(deployed).map(({ deployment }) => deployment),
  ];
  return there.filter(({ metadata }) => !known.includes(metadata.name));
}

interface StackGraph {
  readonly metadata: { readonly name: string; readonly deletionTimestamp?: string };
}

/** Graphs in the cluster with the stack's label; none in a preview. */
async function stackGraphs(plan: readonly GraphPlan[], cluster: Cluster) {
  const [first] = plan;
  if (first === undefined || pulumi.runtime.isDryRun() || !hasEngine())
    return { graphs: [], remove: async () => {} };
  const { client, api } = await connect(cluster);
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
