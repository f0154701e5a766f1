import type {
  KubernetesObject,
  V1Deployment,
  V1DeploymentStrategy,
  V1PersistentVolumeClaim,
  V1Service,
} from "@kubernetes/client-node";
import { childMetadata, discoveryAccess, plannerServiceAccount } from "./access";
import {
  annotations,
  type ClaimRequest,
  type ComponentSpec,
  componentDeployment,
  componentTypeOf,
  discoversByKubernetes,
  dynamoNamespace,
  type GraphResource,
  inherited,
  isWorker,
  labels,
  type OperatorRelease,
  type StringMap,
  servicesOf,
  workerHash,
} from "./graphResource";
import { renderPodSpec } from "./pod";

export interface RenderOptions {
  release: OperatorRelease;
  /** etcd that the operator was started with, such as `http://etcd.etcd-system:2379`. @default none */
  etcdAddress?: string;
  /** Whether DynamoGraphDeploymentScalingAdapter is installed. @default true */
  scalingAdapters?: boolean;
  /** Replicas of workers, by component, while a rollout sets them. @default those of the graph */
  workerReplicas?: Record<string, number>;
}

/**
 * Objects that the Dynamo operator of a release makes of a graph on a cluster without Grove, LeaderWorkerSet and ingress
 * controller; the claims of `spec.pvcs` are `claim`'s. Learnt from the operator's source at 007c5b60a1 (0.8) and
 * 32c8091a8d (1.4) and from ten graphs given to both. Left out: pull secrets that the operator looks up, model Services
 * (`modelRef`), compilation caches, endpoint pickers, checkpoints, and the checks that its webhooks make.
 */
export function render(graph: GraphResource, options: RenderOptions): KubernetesObject[] {
  const { release, scalingAdapters = true } = options;
  const components = servicesOf(graph);
  const refused = whyRefused(graph) !== undefined;
  return [
    plannerServiceAccount(graph),
    ...(discoversByKubernetes(graph.metadata.annotations) ? discoveryAccess(graph, release) : []),
    // 0.8 makes adapters before it looks whether it can make the components, 1.4 after that.
    ...(scalingAdapters && !(refused && release === "1.4")
      ? components.flatMap(([name, component]) => scalingAdapter(graph, name, component, release))
      : []),
    ...(refused ? [] : components.flatMap(([name, component]) => workload(graph, name, component, options))),
  ];
}

/** Reason why the operator makes no component of a graph, in the words of its status; undefined where it makes them. */
export function whyRefused(graph: GraphResource): string | undefined {
  const multinode = servicesOf(graph).some(([, component]) => (component.multinode?.nodeCount ?? 1) > 1);
  return multinode
    ? "failed to reconcile Dynamo components deployments: no multinode orchestrator available"
    : undefined;
}

/** The claim that an entry of `spec.pvcs` asks for. The operator makes it where it is missing, and never changes it. */
export function claim(graph: GraphResource, { name, size, storageClass, volumeAccessMode }: ClaimRequest) {
  const made: V1PersistentVolumeClaim = {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: childMetadata(graph, name),
    spec: {
      accessModes: [String(volumeAccessMode)],
      resources: { requests: { storage: String(size) } },
      storageClassName: storageClass,
    },
  };
  return made;
}

function scalingAdapter(
  graph: GraphResource,
  serviceName: string,
  component: ComponentSpec,
  release: OperatorRelease,
) {
  const { disable = false, enabled = false } = component.scalingAdapter ?? {};
  if (release === "0.8" ? disable : !enabled) return [];
  const { name } = graph.metadata;
  const own = { [labels.component]: serviceName, [labels.graph]: name };
  const adapter = {
    apiVersion: "nvidia.com/v1alpha1",
    kind: "DynamoGraphDeploymentScalingAdapter",
    metadata: childMetadata(graph, `${name}-${serviceName.toLowerCase()}`, { labels: own }),
    spec: { dgdRef: { name, serviceName }, replicas: component.replicas ?? 1 },
  };
  return [adapter];
}

/** Labels and annotations of a component's objects and pods; `noted` are the annotations that the operator heeds. */
function metadataOf(graph: GraphResource, name: string, component: ComponentSpec, release: OperatorRelease) {
  const { extraPodMetadata: extra, subComponentType } = component;
  const own: StringMap = {
    [labels.component]: name,
    [labels.graph]: graph.metadata.name,
    [labels.namespace]: dynamoNamespace(graph, component),
  };
  const sub: StringMap = subComponentType ? { [labels.subType]: subComponentType } : {};
  if (release === "0.8") {
    const noted: StringMap = { ...component.annotations, ...inherited(graph) };
    const objects = { labels: own, annotations: { ...noted, ...extra?.annotations } };
    return {
      noted,
      objects,
      pods: { labels: { ...extra?.labels, ...own, ...sub }, annotations: extra?.annotations },
    };
  }
  const { labels: graphLabels, annotations: graphAnnotations } = graph.spec;
  const hash: StringMap = isWorker(component) ? { [labels.workerHash]: workerHash(graph) } : {};
  const objects = {
    labels: { ...graphLabels, ...component.labels, ...extra?.labels, ...own, ...sub, ...hash },
    annotations: {
      ...graphAnnotations,
      ...inherited(graph),
      ...component.annotations,
      ...extra?.annotations,
    },
  };
  return { noted: objects.annotations, objects, pods: objects };
}

function workload(graph: GraphResource, name: string, component: ComponentSpec, options: RenderOptions) {
  const { release, etcdAddress, workerReplicas } = options;
  const { noted, objects, pods } = metadataOf(graph, name, component, release);
  const byKubernetes = discoversByKubernetes(noted);
  const isFrontend = component.componentType === "frontend";
  const type = componentTypeOf(component, release);
  const fullName = componentDeployment(graph, name, component, release);
  const enabled = release === "1.4" || !isFrontend;
  const discovery: StringMap = {
    [labels.discoveryBackend]: "kubernetes",
    ...(enabled && { [labels.discoveryEnabled]: "true" }),
  };

  const deployment: V1Deployment = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: childMetadata(graph, fullName, objects),
    spec: {
      replicas: workerReplicas?.[name] ?? component.replicas,
      selector: { matchLabels: { [labels.selector]: fullName } },
      strategy: strategy(objects.annotations),
      template: {
        metadata: {
          annotations: pods.annotations,
          labels: {
            ...pods.labels,
            [labels.type]: type,
            [labels.selector]: fullName,
            ...(noted[annotations.metrics] !== "false" && { [labels.metrics]: "true" }),
            ...(release === "1.4" && byKubernetes && discovery),
          },
        },
        spec: renderPodSpec(graph, component, { release, etcdAddress, noted }),
      },
    },
  };

  const port = isFrontend ? { name: "http", port: 8000 } : { name: "system", port: 9090 };
  const selector = {
    [labels.type]: type,
    [labels.namespace]: dynamoNamespace(graph, component),
    ...(release === "1.4" && { [labels.component]: name }),
  };
  const service = (serviceName: string, more?: StringMap): V1Service => ({
    apiVersion: "v1",
    kind: "Service",
    metadata: childMetadata(graph, serviceName, {
      annotations: objects.annotations,
      labels: { ...objects.labels, ...(byKubernetes && discovery) },
    }),
    spec: {
      ports: [{ ...port, targetPort: port.name, protocol: "TCP" }],
      selector: { ...selector, ...more },
    },
  });
  const isFound = byKubernetes || isFrontend;
  if (release === "1.4") return isFound ? [deployment, service(fullName.replaceAll(".", "-"))] : [deployment];
  const production = service(`${fullName}-p`);
  const debug = service(`${fullName}-d`, { [labels.target]: "debug" });
  return [deployment, service(fullName), ...(isFound ? [production, debug] : [])];
}

function strategy(noted: StringMap): V1DeploymentStrategy {
  if (noted[annotations.strategy] === "Recreate") return { type: "Recreate" };
  const limit = (value = "25%") => (value.endsWith("%") ? value : Number(value));
  const maxSurge = limit(noted[annotations.maxSurge]);
  const maxUnavailable = limit(noted[annotations.maxUnavailable]);
  return { type: "RollingUpdate", rollingUpdate: { maxSurge, maxUnavailable } };
}
