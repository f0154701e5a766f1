/** What Helm has noted in a cluster. */
import type { ApiServer } from "./apiServer";

/** Whether there is a release of a name. Its contents, which hold values, are not asked for. @throws where the user may not know */
export async function hasHelmRelease(api: ApiServer, name: string, namespace: string): Promise<boolean> {
  const selector = encodeURIComponent(`owner=helm,name=${name}`);
  const answer = await api.get(
    `/api/v1/namespaces/${namespace}/secrets?limit=1&labelSelector=${selector}`,
    "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1",
  );
  return ((answer as { items?: unknown[] }).items ?? []).length > 0;
}
