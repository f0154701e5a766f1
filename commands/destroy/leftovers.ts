/** Objects in the cluster that a stack made, whether Pulumi's state knows of them or not. */
import { type KubeConfig, type KubernetesObject, KubernetesObjectApi } from "@kubernetes/client-node";
import { isGone, listableKinds, listObjects } from "../../components/hooks/listing";
import { isMadeBy, ownerLabel } from "../../plan/owner";

/** The objects that a stack has made, of every kind that the API server lists and that the user may list. */
export async function labelledObjects(config: KubeConfig, owner: string): Promise<KubernetesObject[]> {
  const labelSelector = `${ownerLabel}=${owner}`;
  const lists = (await listableKinds(config)).map((kind) => listObjects(config, kind, { labelSelector }));
  return (await Promise.all(lists)).flat().filter((object) => isMadeBy(object, owner));
}

/** Those of the objects that are still there, as they are now. */
export async function remaining(
  config: KubeConfig,
  found: readonly KubernetesObject[],
): Promise<KubernetesObject[]> {
  const objects = KubernetesObjectApi.makeApiClient(config);
  const now = found.map(({ apiVersion, kind, metadata }) =>
    objects
      .read({ apiVersion, kind, metadata: { name: metadata?.name ?? "", namespace: metadata?.namespace } })
      .catch((error) => (isGone(error) ? undefined : Promise.reject(error))),
  );
  return (await Promise.all(now)).filter((object) => object !== undefined);
}

/** Deletes them, and what they own. What is gone already is fine. */
export async function deleteObjects(config: KubeConfig, found: readonly KubernetesObject[]): Promise<void> {
  const objects = KubernetesObjectApi.makeApiClient(config);
  for (const object of found)
    await objects
      .delete(object, undefined, undefined, undefined, undefined, "Background")
      .catch((error) => (isGone(error) ? undefined : Promise.reject(error)));
}
