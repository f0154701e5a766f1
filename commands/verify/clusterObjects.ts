/** The objects of a cluster that checks look at. */
import type {
  CoreV1Event,
  V1EndpointSlice,
  V1Namespace,
  V1Pod,
  V1ResourceQuota,
} from "@kubernetes/client-node";
import type { Manifest } from "../../gpus/manifest";
import { ownerLabel } from "../../plan/owner";
import { apiObjects, listOf, objectOf } from "../stack/apiObjects";
import type { Connection } from "../stack/connection";
import type { DeclaredStack } from "./declared";
import { mapRead, type Read, read } from "./reading";

export interface ClusterObjects {
  /** Pods of the graphs' namespace. */
  readonly pods: Read<readonly V1Pod[]>;
  /** Events of the scheduler, which found no place. */
  readonly events: readonly CoreV1Event[];
  readonly endpointSlices: Read<readonly V1EndpointSlice[]>;
  readonly quotas: Read<readonly V1ResourceQuota[]>;
  /** DynamoGraphDeployments of the stack. */
  readonly deployments: Read<readonly Manifest[]>;
  /** DynamoWorkerMetadata: by these workers are known in kubernetes mode. */
  readonly workerMetadata: Read<readonly Manifest[]>;
  /** DynamoModels of the stack: LoRA adapters. */
  readonly models: Read<readonly Manifest[]>;
  /** PodMonitors of the stack. */
  readonly podMonitors: Read<readonly Manifest[]>;
  /** Prometheuses of the whole cluster. */
  readonly prometheuses: Read<readonly Manifest[]>;
  readonly namespaces: Read<readonly V1Namespace[]>;
  /** Members of NATS and etcd. */
  readonly members: Readonly<Record<"nats" | "etcd", Read<readonly V1Pod[]>>>;
}

export interface ClusterReader {
  objects(): Promise<ClusterObjects>;
  /** Contents of a Secret of the graphs' namespace. */
  secret(name: string): Promise<Read<Readonly<Record<string, string>>>>;
}

export function clusterReader(
  { client, config }: Connection,
  stack: DeclaredStack,
  namespace: string,
): ClusterReader {
  const core = config.makeApiClient(client.CoreV1Api);
  const discovery = config.makeApiClient(client.DiscoveryV1Api);
  const custom = config.makeApiClient(client.CustomObjectsApi);
  const labelSelector = `${ownerLabel}=${stack.owner}`;

  const items = <T>(what: string, kind: keyof typeof apiObjects, request: Promise<{ items: T[] }>) =>
    read(what, listOf(apiObjects[kind], request));
  const objects = (what: string, request: Promise<unknown>) =>
    items(what, "any", request as Promise<{ items: Manifest[] }>);
  const dynamo = (plural: string, version: string, selector?: string) =>
    objects(
      plural,
      custom.listNamespacedCustomObject({
        group: "nvidia.com",
        version,
        namespace,
        plural,
        labelSelector: selector,
      }),
    );
  const monitoring = (plural: string, selector?: string) =>
    objects(
      plural,
      custom.listClusterCustomObject({
        group: "monitoring.coreos.com",
        version: "v1",
        plural,
        labelSelector: selector,
      }),
    );
  const members = (server: "nats" | "etcd") => {
    const labels = `app.kubernetes.io/name=${server},app.kubernetes.io/component=${server}`;
    const request = core.listNamespacedPod({ namespace: `${server}-system`, labelSelector: labels });
    return items(`pods of ${server}-system`, "pod", request);
  };

  return {
    async objects() {
      const fieldSelector = "reason=FailedScheduling";
      const [pods, events, endpointSlices, quotas, deployments, workerMetadata, models] = await Promise.all([
        items("pods", "pod", core.listNamespacedPod({ namespace })),
        items("events", "event", core.listNamespacedEvent({ namespace, fieldSelector })),
        items("EndpointSlices", "endpointSlice", discovery.listNamespacedEndpointSlice({ namespace })),
        items("ResourceQuotas", "quota", core.listNamespacedResourceQuota({ namespace })),
        dynamo("dynamographdeployments", stack.runtime.apiVersion, labelSelector),
        dynamo("dynamoworkermetadatas", "v1alpha1"),
        dynamo("dynamomodels", "v1alpha1", labelSelector),
      ]);
      const [podMonitors, prometheuses, namespaces, nats, etcd] = await Promise.all([
        monitoring("podmonitors", labelSelector),
        monitoring("prometheuses"),
        items("namespaces", "namespace", core.listNamespace()),
        members("nats"),
        members("etcd"),
      ]);
      return {
        pods,
        events: Array.isArray(events) ? events : [],
        endpointSlices,
        quotas,
        deployments,
        workerMetadata,
        models,
        podMonitors,
        prometheuses,
        namespaces,
        members: { nats, etcd },
      };
    },
    async secret(name) {
      const request = objectOf(apiObjects.secret, core.readNamespacedSecret({ name, namespace }));
      const found = await read(`Secret ${namespace}/${name}`, request);
      return mapRead(found, ({ data = {} }) =>
        Object.fromEntries(
          Object.entries(data).map(([key, value]) => [key, Buffer.from(value, "base64").toString()]),
        ),
      );
    },
  };
}
