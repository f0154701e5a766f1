import type { KubernetesObject, V1ObjectMeta } from "@kubernetes/client-node";
import type { GraphResource, OperatorRelease } from "./graphResource";

/** Metadata of a child of the graph, with the controller reference by which it goes when the graph goes. */
export function childMetadata(
  { apiVersion, kind, metadata }: GraphResource,
  name: string,
  rest?: V1ObjectMeta,
): V1ObjectMeta {
  const owner = { apiVersion, kind, name: metadata.name, uid: metadata.uid ?? "" };
  const ownerReferences = [{ ...owner, controller: true, blockOwnerDeletion: true }];
  return { name, namespace: metadata.namespace, ownerReferences, ...rest };
}

const accessLabels = (name: string) => ({
  "app.kubernetes.io/component": "rbac",
  "app.kubernetes.io/managed-by": "dynamo-operator",
  "app.kubernetes.io/name": name,
});

/** Made with every graph, shared by all of a namespace and owned by none: planners run as it. */
export function plannerServiceAccount({ metadata: { namespace } }: GraphResource): KubernetesObject {
  const name = "planner-serviceaccount";
  return {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: { name, namespace, labels: accessLabels(name) },
  };
}

export const discoveryAccount = (graph: GraphResource): string =>
  `${graph.metadata.name}-k8s-service-discovery`;

/** Objects that pods need to find each other through the API server. */
export function discoveryAccess(graph: GraphResource, release: OperatorRelease): KubernetesObject[] {
  const account = discoveryAccount(graph);
  const apiGroup = "rbac.authorization.k8s.io";
  const apiVersion = `${apiGroup}/v1`;
  const metadata = (name: string) => childMetadata(graph, name, { labels: accessLabels(account) });
  const read = ["get", "list", "watch"];
  const rules = [
    { apiGroups: [""], resources: release === "1.4" ? ["endpoints", "pods"] : ["endpoints"], verbs: read },
    { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: read },
    {
      apiGroups: ["nvidia.com"],
      resources: ["dynamoworkermetadatas"],
      verbs: ["create", ...read, "update", "patch", "delete"],
    },
  ];
  const roleRef = { apiGroup, kind: "Role", name: `${account}-role` };
  const subjects = [{ kind: "ServiceAccount", name: account, namespace: graph.metadata.namespace }];
  const all = [
    { apiVersion: "v1", kind: "ServiceAccount", metadata: metadata(account) },
    { apiVersion, kind: "Role", metadata: metadata(roleRef.name), rules },
    { apiVersion, kind: "RoleBinding", metadata: metadata(`${account}-binding`), roleRef, subjects },
  ];
  return all;
}
