/** Replicas that are a scaling adapter's, when a graph is updated. */
import { AsyncResource } from "node:async_hooks";
import { setTimeout } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";
import { own } from "../../config/own";
import { fieldsOf } from "../../plan/graph/graphFields";
import type { GraphPlan } from "../../plan/graph/graphPlan";
import type { DynamoGraphDeployment } from "../../plan/graph/manifest";
import { keptByOthers } from "../../plan/graph/replicas";
import { refusedUpdates } from "../../plan/graph/updateRules";
import { isMadeBy } from "../../plan/owner";
import { type Cluster, isReachable } from "./cluster";
import { hookName } from "./engine";
import { graphsApi, readGraph, setAdapter } from "./liveGraph";
import { thisOwner } from "./thisStack";

/** Between two looks at a graph or an adapter, in ms. */
const period = 500;

/** Field manager of replicas that no longer are the graph's own. */
const fieldManager = "dynamo-scaling";

/**
 * A hook that makes way for an update of replicas, which the operator's webhook refuses while a component has a scaling
 * adapter.
 *
 * Replicas that the graph sets: its adapter gets them first, and the operator writes them into the graph. Operators of 0.8
 * make an adapter for each component and take its replicas for the truth: measured with 007c5b60a1, 3 of 10 changes in the
 * graph alone were undone. Newer ones have the adapter that is to go.
 * Replicas that the graph sets no more: another field manager keeps them as they are, or the update would take them out, and
 * what is missing counts as 1.
 */
export function prepareReplicas(
  name: string,
  { adaptersStay }: GraphPlan,
  cluster: Cluster,
): pulumi.ResourceHook {
  const prepare = async ({ newInputs }: pulumi.ResourceHookArgs) => {
    const graph = newInputs as DynamoGraphDeployment;
    try {
      if (adaptersStay) await deleteAutoscalers(graph, cluster);
      await prepareUpdate(graph, cluster);
    } catch (error) {
      await pulumi.log.warn(
        `can't reach the scaling adapters of ${graph.metadata.name}: the operator may refuse a change of replicas, and that of 0.8 undo it: ${(error as Error).message}`,
      );
    }
  };
  // Called from outside the program, where an inline program of the Automation API has no log unless it is bound.
  return new pulumi.ResourceHook(hookName(`${name}-adapters`), AsyncResource.bind(prepare));
}

/**
 * Deletes the stack's autoscalers of components whose replicas are the graph's, where their adapters stay: Pulumi deletes
 * them last, and they would scale on for as long as the graph is awaited.
 */
async function deleteAutoscalers(wanted: DynamoGraphDeployment, cluster: Cluster): Promise<void> {
  const { objects, adapterOf, unlessMissing } = await graphsApi(wanted, cluster);
  for (const [component, { replicas }] of Object.entries(fieldsOf(wanted).components))
    for (const [group, version, plural] of autoscalers) {
      const where = { ...adapterOf(component), group, version, plural };
      const found = replicas && (await unlessMissing(objects.getNamespacedCustomObject(where)));
      if (found && isMadeBy(found, thisOwner()))
        await unlessMissing(objects.deleteNamespacedCustomObject(where));
    }
}

const autoscalers = [
  ["autoscaling", "v2", "horizontalpodautoscalers"],
  ["keda.sh", "v1alpha1", "scaledobjects"],
] as const;

/** Whether an update failed since an autoscaler has changed replicas between the preparation and the update. */
export const isOvertaken = (error = "") => error.includes("scaling adapter is enabled");

/** Does what {@link prepareReplicas} does. */
export async function prepareUpdate(wanted: DynamoGraphDeployment, cluster: Cluster): Promise<void> {
  const live = await readGraph(wanted, cluster);
  const before = fieldsOf(live).components;
  for (const [component, { replicas }] of Object.entries(fieldsOf(wanted).components)) {
    const kept = own(before, component)?.replicas;
    if (replicas !== undefined) await scaleTo(replicas, component, wanted, cluster);
    else if (kept !== undefined && !keptByOthers(live, component))
      await keep(kept, component, wanted, cluster);
  }
}

/**
 * Scales a component by its adapter until the operator has written the graph; where it has none, the graph itself does it.
 * Its autoscaler goes last and may scale it again meanwhile.
 */
async function scaleTo(
  replicas: number,
  component: string,
  wanted: DynamoGraphDeployment,
  cluster: Cluster,
): Promise<void> {
  for (let tries = 0; tries < 40; tries++) {
    if (!(await setAdapter(component, wanted, cluster, () => replicas))) return;
    const now = own(fieldsOf(await readGraph(wanted, cluster)).components, component);
    if ((now?.replicas ?? replicas) === replicas) return;
    await setTimeout(period);
  }
}

async function keep(
  replicas: number,
  component: string,
  { apiVersion, kind, metadata: { name, namespace } }: DynamoGraphDeployment,
  cluster: Cluster,
): Promise<void> {
  const graph = { apiVersion, kind, metadata: { name, namespace } } as DynamoGraphDeployment;
  const { client, objects, graph: where } = await graphsApi(graph, cluster);
  const spec =
    where.version === "v1alpha1"
      ? { services: { [component]: { replicas } } }
      : { components: [{ name: component, replicas }] };
  const apply = client.setHeaderOptions("Content-Type", client.PatchStrategy.ServerSideApply);
  await objects.patchNamespacedCustomObject({ ...where, body: { ...graph, spec }, fieldManager }, apply);
}

/**
 * Whether the API server would refuse an update only because {@link prepareReplicas} has not been called yet. A preview
 * calls no hook, and can't try such an update.
 */
export async function isOnlyUnprepared(
  { deployment, operatorLine }: GraphPlan,
  cluster: Cluster,
): Promise<boolean> {
  if (!(await isReachable(cluster))) return false;
  const live = await readGraph(deployment, cluster).catch(() => undefined);
  if (live === undefined) return false;
  const { components, ...after } = fieldsOf(deployment);
  const before = fieldsOf(live);
  const merged = Object.entries(components).map(([name, fields]) => {
    const kept = keptByOthers(live, name) ? own(before.components, name)?.replicas : undefined;
    return [
      name,
      fields.replicas === undefined && kept !== undefined ? { ...fields, replicas: kept } : fields,
    ];
  });
  const next = { ...after, components: Object.fromEntries(merged) };
  return refusedUpdates(operatorLine, before, next, "scaling adapter").length > 0;
}
