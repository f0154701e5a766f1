/** Finalizers of the Dynamo operator: they hold a graph, and what it owns, until the operator has cleaned up. */
import {
  ApiException,
  type CustomObjectsApi,
  type KubeConfig,
  type KubernetesObject,
  KubernetesObjectApi,
  PatchStrategy,
} from "@kubernetes/client-node";
import { at, nameOf } from "../plan/manifest";
import { listableKinds, listObjects } from "./leftovers";

const isGraph = ({ kind }: KubernetesObject) => kind === "DynamoGraphDeployment";

/** How long a deleted graph may wait for its operator before that is told, in ms. */
const patience = 15_000;

/** Graphs that are being deleted, and wait for a finalizer. */
export async function heldGraphs(
  objects: CustomObjectsApi,
  found: readonly KubernetesObject[],
): Promise<string[]> {
  const held: string[] = [];
  for (const graph of found.filter(isGraph)) {
    const [group = "", version = ""] = (graph.apiVersion ?? "").split("/");
    const { name = "", namespace = "" } = graph.metadata ?? {};
    const where = { group, version, namespace, plural: "dynamographdeployments", name };
    const now: unknown = await objects.getNamespacedCustomObject(where).catch(() => undefined);
    const deleted = at(now, "metadata", "deletionTimestamp");
    if (typeof deleted === "string" && Date.now() - Date.parse(deleted) > patience) held.push(nameOf(graph));
  }
  return held;
}

/** Removes them from a stack's graphs, and from all that these own. An operator that is there sets them anew. */
export async function removeFinalizers(
  config: KubeConfig,
  found: readonly KubernetesObject[],
  report: (line: string) => void,
): Promise<void> {
  const objects = KubernetesObjectApi.makeApiClient(config);
  for (const object of [...found.filter(isGraph), ...(await ownedBy(config, found.filter(isGraph)))]) {
    if ((object.metadata?.finalizers ?? []).length === 0) continue;
    const { apiVersion, kind, metadata } = object;
    const { name, namespace } = metadata ?? {};
    const patch = { apiVersion, kind, metadata: { name, namespace, finalizers: null } };
    await objects
      .patch(patch as never, undefined, undefined, undefined, undefined, PatchStrategy.MergePatch)
      .catch((error) =>
        error instanceof ApiException && error.code === 404 ? undefined : Promise.reject(error),
      );
    report(`removed the finalizers of ${nameOf(object)}`);
  }
}

/** What the graphs own, and what that owns. */
async function ownedBy(config: KubeConfig, graphs: readonly KubernetesObject[]): Promise<KubernetesObject[]> {
  const namespaces = [...new Set(graphs.flatMap(({ metadata }) => metadata?.namespace ?? []))];
  const kinds = await listableKinds(config);
  const lists = namespaces.flatMap((namespace) =>
    kinds.map((kind) => listObjects(config, kind, { namespace })),
  );
  const all = (await Promise.all(lists)).flat();
  const owners = new Set(graphs.map(({ metadata }) => metadata?.uid));
  const owned: KubernetesObject[] = [];
  for (let count = -1; count < owned.length; ) {
    count = owned.length;
    for (const object of all) {
      if (owners.has(object.metadata?.uid)) continue;
      if (!object.metadata?.ownerReferences?.some(({ uid }) => owners.has(uid))) continue;
      owners.add(object.metadata.uid);
      owned.push(object);
    }
  }
  return owned;
}
