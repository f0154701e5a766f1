import {
  CustomObjectsApi,
  type KubernetesObject,
  KubernetesObjectApi,
  makeInformer,
  PatchStrategy,
  type V1ObjectMeta,
} from "@kubernetes/client-node";
import { clusterConfig, unlessMissing } from "../clients";
import { type GraphResource, labels } from "./graphResource";
import { readGraph, storedVersion, withReplicas, writtenStatus } from "./graphVersions";

export interface Kind {
  readonly apiVersion: string;
  readonly kind: string;
}

export const kinds = {
  graph: { apiVersion: `nvidia.com/${storedVersion}`, kind: "DynamoGraphDeployment" },
  scalingAdapter: { apiVersion: "nvidia.com/v1alpha1", kind: "DynamoGraphDeploymentScalingAdapter" },
  deployment: { apiVersion: "apps/v1", kind: "Deployment" },
  service: { apiVersion: "v1", kind: "Service" },
  claim: { apiVersion: "v1", kind: "PersistentVolumeClaim" },
  pod: { apiVersion: "v1", kind: "Pod" },
} as const satisfies Record<string, Kind>;

const graphs = { group: "nvidia.com", version: storedVersion, plural: "dynamographdeployments" };
const scalingAdapters = "/apis/nvidia.com/v1alpha1/dynamographdeploymentscalingadapters";
const watched: (Kind & { path: string; selector?: string })[] = [
  { ...kinds.scalingAdapter, path: scalingAdapters },
  { ...kinds.graph, path: `/apis/nvidia.com/${storedVersion}/${graphs.plural}` },
  { ...kinds.deployment, path: "/apis/apps/v1/deployments", selector: labels.graph },
  { ...kinds.service, path: "/api/v1/services", selector: labels.graph },
  { ...kinds.pod, path: "/api/v1/pods", selector: labels.graph },
];
/** Of all that the operator writes. */
export const fieldManager = "dynamo-operator-stand-in";
/** Milliseconds from the end of a watch to its next start. */
const reconnectDelay = 1000;
const skip = undefined;

/** Requests of the operator to the API server. */
export interface OperatorApi {
  readonly hasScalingAdapters: boolean;
  read<T extends KubernetesObject>(kind: Kind, namespace: string, name: string): Promise<T | undefined>;
  /** The objects of a kind that carry the label of a graph. */
  labelled<T extends KubernetesObject>(kind: Kind, namespace: string, graph: string): Promise<T[]>;
  create<T extends KubernetesObject>(object: T): Promise<T>;
  /** Server-side apply, with force. */
  apply<T extends KubernetesObject>(object: T): Promise<T>;
  /** Merges a change into an object; fails where the change has a resourceVersion that is not the object's. */
  patch<T extends KubernetesObject>(
    object: T,
    change: { metadata?: V1ObjectMeta; spec?: object },
  ): Promise<T>;
  /** Sets replicas of a graph's components, in the version of the API that the graph was written in. */
  scale(graph: GraphResource, replicas: Readonly<Record<string, number>>): Promise<void>;
  /** Fails where the graph has changed since it was read. */
  updateStatus(graph: GraphResource): Promise<void>;
  remove(object: KubernetesObject): Promise<void>;
  /** Reports the graph that was seen or changed, or that a Deployment, Service, pod or scaling adapter belongs to which was. */
  watch(changed: (namespace: string, name: string) => void): Promise<{ stop(): Promise<void> }>;
}

/** Graphs as the stand-in works on them. */
const known = (object: KubernetesObject): KubernetesObject =>
  object.kind === kinds.graph.kind ? readGraph(object as GraphResource) : object;

/**
 * @param kubeconfig - path of a file whose current context is the cluster
 * @throws where Dynamo's CRDs are not installed there
 */
export async function connectOperator(kubeconfig: string): Promise<OperatorApi> {
  const config = clusterConfig(kubeconfig);
  const objects = KubernetesObjectApi.makeApiClient(config);
  const custom = config.makeApiClient(CustomObjectsApi);
  const { resources } = await custom.getAPIResources({ ...graphs, version: "v1alpha1" });
  /** The items of a list come without their kind. */
  const list = async ({ apiVersion, kind }: Kind, namespace?: string, selector?: string) => {
    const found = await objects.list(apiVersion, kind, namespace, skip, skip, skip, skip, selector);
    return { ...found, items: found.items.map((item) => ({ ...item, apiVersion, kind })) };
  };

  const hasScalingAdapters = resources.some(({ kind }) => kind === kinds.scalingAdapter.kind);
  return {
    hasScalingAdapters,
    read: <T extends KubernetesObject>(kind: Kind, namespace: string, name: string) =>
      unlessMissing(
        objects
          .read({ ...kind, metadata: { namespace, name } })
          .then(known) as Promise<unknown> as Promise<T>,
      ),
    labelled: async (kind, namespace, graph) =>
      (await list(kind, namespace, `${labels.graph}=${graph}`)).items as never[],
    create: (object) => objects.create(object, skip, skip, fieldManager),
    apply: (object) => objects.patch(object, skip, skip, fieldManager, true, PatchStrategy.ServerSideApply),
    async patch({ apiVersion, kind, metadata: { name, namespace } = {} }, { metadata, ...rest }) {
      const change = { apiVersion, kind, metadata: { name, namespace, ...metadata }, ...rest };
      const args = [skip, skip, fieldManager, skip, PatchStrategy.MergePatch] as const;
      return known(await objects.patch(change, ...args)) as never;
    },
    async scale({ apiVersion, metadata: { name, namespace, resourceVersion } }, replicas) {
      const version = apiVersion.split("/")[1] ?? "";
      const where = { ...graphs, version, namespace, name };
      const graph = await custom.getNamespacedCustomObject(where);
      const body = { ...withReplicas(graph, replicas), metadata: { ...graph.metadata, resourceVersion } };
      await custom.replaceNamespacedCustomObject({ ...where, body, fieldManager });
    },
    async updateStatus(graph) {
      const { name, namespace } = graph.metadata;
      const body = { ...graph, ...kinds.graph, status: writtenStatus(graph) };
      await custom.replaceNamespacedCustomObjectStatus({ ...graphs, namespace, name, body });
    },
    async remove(object) {
      await unlessMissing(objects.delete(object));
    },
    async watch(changed) {
      const report = ({ kind, metadata }: KubernetesObject) => {
        const { name = "", namespace = "", ownerReferences = [] } = metadata ?? {};
        const owner = ownerReferences.find((reference) => reference.kind === kinds.graph.kind);
        if (owner) changed(namespace, owner.name);
        else if (kind === kinds.graph.kind) changed(namespace, name);
      };
      let ended = false;
      const present = watched.filter(({ kind }) => hasScalingAdapters || kind !== kinds.scalingAdapter.kind);
      const informers = present.map(({ path, selector, ...kind }) => {
        const informer = makeInformer(config, path, () => list(kind, skip, selector), selector);
        informer.on("change", report);
        // A broken watch ends an informer.
        informer.on("error", () => {
          setTimeout(() => ended || informer.start(), reconnectDelay).unref();
        });
        return informer;
      });
      await Promise.all(informers.map((informer) => informer.start()));
      return {
        async stop() {
          ended = true;
          await Promise.all(informers.map((informer) => informer.stop()));
        },
      };
    },
  };
}
