import { type ClusterApi, isApiError, type KubernetesObject } from "./clusterApi";

/** Who creates. Every resource has a manager of its own for its updates, which takes over what was created. */
export const creator = "pulumi-kubernetes";

const indexOfCreation = ({ metadata }: KubernetesObject) =>
  metadata.managedFields?.findIndex((entry) => entry.manager === creator && entry.operation === "Update") ??
  -1;

/** Whether an object was never updated. The official plugin forces the dry run of such an update. */
export const isAsCreated = (live: KubernetesObject) => indexOfCreation(live) >= 0;

/**
 * Makes `manager` the one that applied what `creator` created: a server-side apply takes out only what its own
 * manager applied before. An entry that another manager's write has moved meanwhile is looked for again.
 */
export async function handOver(
  cluster: ClusterApi,
  object: KubernetesObject,
  manager: string,
  tries = 5,
): Promise<void> {
  const live = await cluster.read(object);
  if (!isAsCreated(live)) return;
  const entry = `/metadata/managedFields/${indexOfCreation(live)}`;
  try {
    await cluster.patch(live, [
      { op: "test", path: `${entry}/manager`, value: creator },
      { op: "replace", path: `${entry}/manager`, value: manager },
      { op: "replace", path: `${entry}/operation`, value: "Apply" },
    ]);
  } catch (error) {
    if (tries === 1 || !isApiError(error, "Invalid")) throw error;
    await handOver(cluster, object, manager, tries - 1);
  }
}
