/** Listing what is in a cluster, of every kind. */
import type { KubeConfig, KubernetesObject, V1APIResource } from "@kubernetes/client-node";
import { at, list, text } from "../../gpus/manifest";
import { isMadeBy } from "../../plan/owner";
import { oncePrepared } from "./oncePrepared";

/** Loaded when needed: it takes a second, and most updates have no use for it. */
const load = () => import("@kubernetes/client-node");

/** The objects of a kind; none where the user may not list it. */
export async function listObjects(
  config: KubeConfig,
  { apiVersion, kind }: Pick<Kind, "apiVersion" | "kind">,
  { namespace, labelSelector }: { namespace?: string; labelSelector?: string },
): Promise<KubernetesObject[]> {
  const objects = (await load()).KubernetesObjectApi.makeApiClient(config);
  const all = [undefined, undefined, undefined, undefined] as const;
  try {
    const { items } = await oncePrepared(() =>
      objects.list(apiVersion, kind, namespace, ...all, labelSelector),
    );
    return items.map((item) => ({ ...item, apiVersion, kind })); // lists leave both out
  } catch (error) {
    if (isOutOfReach(error)) return [];
    throw error;
  }
}

/** Objects in a namespace that would go with it, and that neither the stack nor the cluster itself has made. */
export async function strangersIn(
  config: KubeConfig,
  namespace: string,
  owner: string,
): Promise<KubernetesObject[]> {
  const kinds = (await listableKinds(config)).filter(({ namespaced }) => namespaced);
  const objects = (await Promise.all(kinds.map((kind) => listObjects(config, kind, { namespace })))).flat();
  const sets = objects.filter((object) => object.kind === "StatefulSet" && isMadeBy(object, owner));
  const isClaim = ({ kind, metadata }: KubernetesObject) =>
    kind === "PersistentVolumeClaim" &&
    sets.some((set) => claimsOf(set).some((claim) => claim.test(metadata?.name ?? "")));
  return objects.filter((object) => !isMadeBy(object, owner) && !isOfCluster(object) && !isClaim(object));
}

/** Names of a StatefulSet's claims: its volumes, whoever has written to them since, as backups and drivers do. */
function claimsOf(set: KubernetesObject): RegExp[] {
  return list(at(set, "spec", "volumeClaimTemplates")).map(
    (template) => new RegExp(`^${text(at(template, "metadata", "name"))}-${set.metadata?.name}-\\d+$`),
  );
}

/** What controllers, the Dynamo operator among them, make by themselves: for an object that is there, or in every namespace. */
function isOfCluster({ kind = "", metadata }: KubernetesObject): boolean {
  if (["Event", "Lease", "Endpoints", "EndpointSlice"].includes(kind)) return true;
  if (metadata?.ownerReferences?.length) return true;
  if (metadata?.labels?.["app.kubernetes.io/managed-by"] === "dynamo-operator") return true;
  if (
    ["default", "kube-root-ca.crt", "openshift-service-ca.crt", "istio-ca-root-cert"].includes(
      metadata?.name ?? "",
    )
  )
    return true;
  const managers = (metadata?.managedFields ?? []).map(({ manager }) => manager);
  return (
    managers.length > 0 &&
    managers.every((manager) => /^kube-(controller-manager|scheduler)$/.test(manager ?? ""))
  );
}

interface Kind {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

/** Kinds that can be listed and deleted, each in the version that the API server prefers. */
export async function listableKinds(config: KubeConfig): Promise<Kind[]> {
  const { ApisApi, CoreV1Api, CustomObjectsApi } = await load();
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
    .map(({ kind, namespaced }) => ({ apiVersion, kind, namespaced }));
}

/** Whether the user may not list a kind, which is not the stack's then: Pulumi made that with the same rights. */
const isOutOfReach = (error: unknown) => [403, 404, 405].some((code) => hasCode(error, code));

/** Whether an object is not there, or its kind is not any more. */
export const isGone = (error: unknown) =>
  hasCode(error, 404) || /^Unrecognized API version and kind/.test((error as Error).message);

export const hasCode = (error: unknown, code: number) => (error as { code?: unknown }).code === code;
