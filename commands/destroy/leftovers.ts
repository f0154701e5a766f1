/** Objects in the cluster that a stack made, whether Pulumi's state knows of them or not. */
import { setTimeout } from "node:timers/promises";
import {
  ApiException,
  ApisApi,
  CoreV1Api,
  CustomObjectsApi,
  type KubeConfig,
  type KubernetesObject,
  KubernetesObjectApi,
  type V1APIResource,
} from "@kubernetes/client-node";
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

/** The objects of a kind; none where the user may not list it. */
export async function listObjects(
  config: KubeConfig,
  { apiVersion, kind }: Kind,
  { namespace, labelSelector }: { namespace?: string; labelSelector?: string },
): Promise<KubernetesObject[]> {
  const objects = KubernetesObjectApi.makeApiClient(config);
  const all = [undefined, undefined, undefined, undefined] as const;
  for (let tries = 1; ; tries++)
    try {
      const { items } = await objects.list(apiVersion, kind, namespace, ...all, labelSelector);
      return items.map((item) => ({ ...item, apiVersion, kind })); // lists leave both out
    } catch (error) {
      if (isOutOfReach(error)) return [];
      // It answers so while it prepares the storage of a new kind.
      if (!hasCode(error, 429) || tries === 10) throw error;
      await setTimeout(1000);
    }
}

/** Deletes them, and what they own. What is gone already is fine. */
export async function deleteObjects(config: KubeConfig, found: readonly KubernetesObject[]): Promise<void> {
  const objects = KubernetesObjectApi.makeApiClient(config);
  for (const object of found)
    await objects
      .delete(object, undefined, undefined, undefined, undefined, "Background")
      .catch((error) => (isGone(error) ? undefined : Promise.reject(error)));
}

interface Kind {
  readonly apiVersion: string;
  readonly kind: string;
}

/** Kinds that can be listed and deleted, each in the version that the API server prefers. */
export async function listableKinds(config: KubeConfig): Promise<Kind[]> {
  const custom = config.makeApiClient(CustomObjectsApi);
  const { groups } = await config.makeApiClient(ApisApi).getAPIVersions();
  const preferred = groups.flatMap(({ preferredVersion }) => preferredVersion?.groupVersion ?? []);
  const ofGroups = preferred.map(async (apiVersion) => {
    const [group = "", version = ""] = apiVersion.split("/");
    return kindsOf(apiVersion, (await custom.getAPIResources({ group, version })).resources);
  });
  const core = await config.makeApiClient(CoreV1Api).getAPIResources();
  return [...kindsOf("v1", core.resources), ...(await Promise.all(ofGroups)).flat()];
}

function kindsOf(apiVersion: string, resources: readonly V1APIResource[]): Kind[] {
  return resources
    .filter(({ name, verbs }) => !name.includes("/") && verbs.includes("list") && verbs.includes("delete"))
    .map(({ kind }) => ({ apiVersion, kind }));
}

/** Whether the user may not list a kind, which is not the stack's then: Pulumi made that with the same rights. */
const isOutOfReach = (error: unknown) => [403, 404, 405].some((code) => hasCode(error, code));

/** Whether an object is not there, or its kind is not any more. */
export const isGone = (error: unknown) =>
  hasCode(error, 404) || /^Unrecognized API version and kind/.test((error as Error).message);

const hasCode = (error: unknown, code: number) => error instanceof ApiException && error.code === code;
