/** Every object of a cluster, whatever its kind. */
import { setTimeout } from "node:timers/promises";
import {
  ApiException,
  ApisApi,
  CoreV1Api,
  CustomObjectsApi,
  KubernetesObjectApi,
  type V1APIResource,
} from "@kubernetes/client-node";
import { clusterConfig } from "../../rehearsal/clients";

/** Kinds that come and go by themselves. */
const transient = [
  "Event",
  "Lease",
  "ComponentStatus",
  "APIService",
  "IPAddress",
  "NodeMetrics",
  "PodMetrics",
];

/** `Kind namespace/name` of every object that the API server lists, sorted. */
export async function allObjects(kubeconfig: string): Promise<string[]> {
  const config = clusterConfig(kubeconfig);
  const custom = config.makeApiClient(CustomObjectsApi);
  const objects = KubernetesObjectApi.makeApiClient(config);
  const { groups } = await config.makeApiClient(ApisApi).getAPIVersions();
  const versions = groups.map(({ preferredVersion }) => preferredVersion?.groupVersion ?? "");
  const resources: [apiVersion: string, resources: V1APIResource[]][] = await Promise.all([
    ["v1", (await config.makeApiClient(CoreV1Api).getAPIResources()).resources] as [string, V1APIResource[]],
    ...versions.map(async (apiVersion): Promise<[string, V1APIResource[]]> => {
      const [group = "", version = ""] = apiVersion.split("/");
      return [apiVersion, (await custom.getAPIResources({ group, version })).resources];
    }),
  ]);
  const found = resources.flatMap(([apiVersion, list]) =>
    list
      .filter(
        ({ kind, name, verbs }) => verbs.includes("list") && !name.includes("/") && !transient.includes(kind),
      )
      .map(async ({ kind }) => {
        const { items } = await patiently(() => objects.list(apiVersion, kind));
        return items.map(({ metadata }) => `${kind} ${metadata?.namespace ?? ""}/${metadata?.name}`);
      }),
  );
  return (await Promise.all(found)).flat().sort();
}

/** The API server asks for patience while it prepares the storage of a new kind. */
async function patiently<T>(request: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await request();
    } catch (error) {
      if (!(error instanceof ApiException) || error.code !== 429) throw error;
      await setTimeout(1000);
    }
  }
}
