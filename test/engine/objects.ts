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

/** The operator makes its planner's account with the first graph of a namespace, and leaves it, as the real one does. */
const ofOperator = / dynamo\/planner-serviceaccount$/;

/**
 * What is there beside the objects `before` (`+ …`) and what is gone of them (`- …`) a minute later at the latest:
 * pods, children of graphs and released volumes are ended by the control plane, after a command that deletes has returned.
 */
export async function settledChanges(kubeconfig: string, before: readonly string[]): Promise<string[]> {
  for (const deadline = Date.now() + 60_000; ; await setTimeout(500)) {
    const now = await allObjects(kubeconfig);
    const made = now.filter((object) => !before.includes(object) && !ofOperator.test(object));
    const gone = before.filter((object) => !now.includes(object));
    const changes = [...made.map((object) => `+ ${object}`), ...gone.map((object) => `- ${object}`)];
    if (changes.length === 0 || Date.now() > deadline) return changes;
  }
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
