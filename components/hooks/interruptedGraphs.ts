/** What an update that was interrupted has left of graphs, which Pulumi's state does not tell. */
import * as pulumi from "@pulumi/pulumi";
import { refusal } from "../../config/load";
import { gpuDemand } from "../../gpus/demand";
import type { GraphPlan } from "../../plan/graph/graphPlan";
import { isMadeBy, ownerLabel } from "../../plan/owner";
import type { StackPlan } from "../../plan/stack";
import type { DeployedGraphs } from "../../plan/switchover";
import { type Cluster, connect, isReachable } from "./cluster";
import { hasEngine } from "./engine";
import { oncePrepared } from "./oncePrepared";
import { objectsInState, thisOwner } from "./thisStack";

/**
 * Refuses an update while a graph of the plan is being deleted: Pulumi finds it there, would have nothing to make, and lead
 * clients to where soon nobody is. And one that makes graphs which exceed the budget together with what a failed update has
 * left, which goes last. A preview refuses nothing, since all of that may be gone by the update: it lists what would go.
 * @param deployed graphs as the last update that succeeded left them
 */
export async function refuseWhatIsInTheWay(
  { namespace, graphs, switchover, gpus: { budget } }: StackPlan,
  deployed: DeployedGraphs,
  cluster: Cluster,
): Promise<void> {
  const { graphs: there } = await stackGraphs(namespace.name, graphs, cluster);
  const left = leftOver(there, graphs, deployed);
  if (pulumi.runtime.isDryRun()) {
    for (const { metadata } of await notInState(left))
      await pulumi.log.warn(
        `graph ${metadata.name}, which an interrupted update has left, will be deleted when the others are Ready`,
      );
    return;
  }
  const planned = graphs.map(({ deployment }) => deployment.metadata.name);
  const leaving = there
    .filter(({ metadata }) => metadata.deletionTimestamp !== undefined && planned.includes(metadata.name))
    .map(({ metadata }) => metadata.name);
  if (leaving.length > 0)
    throw refusal(
      `still being deleted: ${leaving.join(", ")}. Nothing was changed: run \`pulumi up\` again when \`kubectl get dynamographdeployments\` lists it no more`,
    );
  const reason =
    budget === undefined
      ? undefined
      : overBudgetWith(left, there, { planned, namespace, peak: switchover.peak, budget });
  if (reason !== undefined) throw refusal(reason);
}

/**
 * Why graphs must not be made beside those that a failed update has left; undefined: they may.
 * @param there graphs of the stack in the cluster, those that are left among them
 */
export function overBudgetWith(
  left: readonly StackGraph[],
  there: readonly StackGraph[],
  {
    planned,
    namespace,
    peak,
    budget,
  }: {
    /** Names of the graphs that the update wants. */
    readonly planned: readonly string[];
    readonly namespace: Pick<StackPlan["namespace"], "name">;
    /** GPUs at the update's peak. */
    readonly peak: number;
    readonly budget: number;
  },
): string | undefined {
  const { gpus } = gpuDemand(left);
  const makesNone = planned.every((name) => there.some(({ metadata }) => metadata.name === name));
  if (makesNone || gpus === 0 || peak + gpus <= budget) return undefined;
  const names = left.map(({ metadata }) => metadata.name);
  return `an update that failed has left ${names.join(", ")}, which goes last: with it ${peak + gpus} GPUs run at the peak, and the budget is ${budget}. Nothing was changed: delete it first, by \`kubectl --namespace ${namespace.name} delete dynamographdeployment ${names.join(" ")}\`, or raise dynamo:budget.gpus for the while`;
}

/**
 * Deletes graphs that the stack has made and that nobody knows of: an interrupted update made them, and the one after it
 * took another way. Pulumi's state does not have them, and they would hold GPUs for ever. A preview deletes nothing.
 * @param deployed graphs that were there, which Pulumi deletes itself.
 */
export async function deleteOrphanGraphs(
  { namespace, graphs }: Pick<StackPlan, "namespace" | "graphs">,
  deployed: DeployedGraphs,
  cluster: Cluster,
): Promise<void> {
  if (pulumi.runtime.isDryRun()) return;
  const { graphs: there, remove } = await stackGraphs(namespace.name, graphs, cluster);
  for (const graph of await notInState(leftOver(there, graphs, deployed))) {
    await remove(graph);
    await pulumi.log.info(`deleted graph ${graph.metadata.name}, which an interrupted update had left`);
  }
}

/** Those that are neither of the plan nor of the last update that succeeded. */
function leftOver(
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

/** Those that Pulumi does not delete itself. */
async function notInState(graphs: readonly StackGraph[]): Promise<StackGraph[]> {
  const uids = new Set([...(await objectsInState()).values()].map(({ uid }) => uid));
  return graphs.filter(({ metadata }) => !uids.has(metadata.uid));
}

export interface StackGraph {
  readonly metadata: { readonly name: string; readonly uid: string; readonly deletionTimestamp?: string };
}

/** Graphs in the cluster that the stack has made; none without a cluster, which only a preview can do without. */
async function stackGraphs(namespace: string, plan: readonly GraphPlan[], cluster: Cluster) {
  const none = { graphs: [], remove: async () => {} };
  if (!hasEngine() || (pulumi.runtime.isDryRun() && !(await isReachable(cluster)))) return none;
  const { client, api } = await connect(cluster);
  const objects = api(client.CustomObjectsApi);
  const [group = "", version = ""] = (plan[0]?.deployment.apiVersion ?? "nvidia.com/v1alpha1").split("/");
  const where = { group, version, namespace, plural: "dynamographdeployments" };
  const owner = thisOwner();
  const labelSelector = `${ownerLabel}=${owner}`;
  const listed = oncePrepared(() => objects.listNamespacedCustomObject({ ...where, labelSelector }));
  const { items } = await listed.catch((error) => {
    // That the cluster doesn't know the kind is Pulumi's to tell.
    if (error instanceof client.ApiException && error.code === 404) return { items: [] };
    throw error;
  });
  return {
    graphs: (items as StackGraph[]).filter((graph) => isMadeBy(graph, owner)),
    remove: ({ metadata: { name, uid } }: StackGraph) =>
      objects.deleteNamespacedCustomObject({
        ...where,
        name,
        propagationPolicy: "Background",
        // One of the same name that someone has made meanwhile stays.
        body: { preconditions: { uid } },
      }),
  };
}
