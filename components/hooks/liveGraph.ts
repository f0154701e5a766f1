/** Graphs as the cluster has them, and the scaling adapters of their components. */
import { at } from "../../gpus/manifest";
import type { DynamoGraphDeployment } from "../../plan/graph/manifest";
import { type Cluster, connect } from "./cluster";

type GraphReference = Pick<DynamoGraphDeployment, "apiVersion"> & {
  readonly metadata: Pick<DynamoGraphDeployment["metadata"], "name" | "namespace">;
};

/** The cluster's API, and where a graph is in it. */
export async function graphsApi(graph: GraphReference, cluster: Cluster) {
  const { client, api } = await connect(cluster);
  const { name, namespace } = graph.metadata;
  const inNamespace = { group: "nvidia.com", version: graph.apiVersion.split("/")[1] ?? "", namespace };
  return {
    client,
    objects: api(client.CustomObjectsApi),
    graph: { ...inNamespace, plural: "dynamographdeployments", name },
    /** The scaling adapter of a component, by the name that the operator gives it. */
    adapterOf: (component: string) => ({
      ...inNamespace,
      version: "v1alpha1",
      plural: "dynamographdeploymentscalingadapters",
      name: `${name}-${component.toLowerCase()}`,
    }),
    /** The answer; undefined where the object, or its kind, is not there. */
    unlessMissing: <Answer>(request: Promise<Answer>): Promise<Answer | undefined> =>
      request.catch((error): undefined => {
        if (!(error instanceof client.ApiException && error.code === 404)) throw error;
      }),
  };
}

/** A graph as it is now; undefined where there is none. */
export async function readGraph(graph: GraphReference, cluster: Cluster): Promise<unknown> {
  const { objects, graph: where, unlessMissing } = await graphsApi(graph, cluster);
  return unlessMissing(objects.getNamespacedCustomObject(where));
}

/** Sets an adapter's replicas by those that it has. @returns whether there is one */
export async function setAdapter(
  component: string,
  graph: GraphReference,
  cluster: Cluster,
  toSet: (replicas: number) => number,
): Promise<boolean> {
  const { client, objects, adapterOf, unlessMissing } = await graphsApi(graph, cluster);
  const adapter = adapterOf(component);
  const found = await unlessMissing(objects.getNamespacedCustomObject(adapter));
  if (found === undefined) return false;
  const before = Number(at(found, "spec", "replicas") ?? 1);
  const replicas = toSet(before);
  if (replicas === before) return true;
  const asMergePatch = client.setHeaderOptions("Content-Type", client.PatchStrategy.MergePatch);
  await objects.patchNamespacedCustomObject({ ...adapter, body: { spec: { replicas } } }, asMergePatch);
  return true;
}
