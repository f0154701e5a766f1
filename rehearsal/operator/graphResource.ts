import { createHash } from "node:crypto";
import type { V1Container, V1EnvVar, V1ObjectMeta, V1PodSpec, V1Probe } from "@kubernetes/client-node";

/** Release line of the Dynamo operator: 0.8 goes with runtimes below 1.0, 1.4 with 1.0 and newer. */
export type OperatorRelease = "0.8" | "1.4";

export type StringMap = Record<string, string>;

export interface ResourceItem {
  cpu?: string;
  memory?: string;
  gpu?: string;
  /** Name of the extended resource that `gpu` counts. @default nvidia.com/gpu */
  gpuType?: string;
  custom?: StringMap;
}

/** An entry of `spec.services`, as far as the stand-in reads it. */
export interface ComponentSpec {
  componentType?: string;
  subComponentType?: string;
  replicas?: number;
  globalDynamoNamespace?: boolean;
  labels?: StringMap;
  annotations?: StringMap;
  envs?: V1EnvVar[];
  envFromSecret?: string;
  resources?: { requests?: ResourceItem; limits?: ResourceItem };
  sharedMemory?: { disabled?: boolean; size?: string };
  volumeMounts?: { name: string; mountPoint?: string }[];
  livenessProbe?: V1Probe;
  readinessProbe?: V1Probe;
  extraPodMetadata?: { labels?: StringMap; annotations?: StringMap };
  extraPodSpec?: Partial<V1PodSpec> & { mainContainer?: Partial<V1Container> };
  scalingAdapter?: { disable?: boolean; enabled?: boolean };
  multinode?: { nodeCount: number };
  frontendSidecar?: FrontendSidecar;
}

/** A frontend beside an engine. */
export interface FrontendSidecar {
  image: string;
  args?: string[];
  envs?: V1EnvVar[];
  envFromSecret?: string;
}

/** An entry of `spec.pvcs`. */
export interface ClaimRequest {
  name: string;
  create?: boolean;
  size?: string | number;
  storageClass?: string;
  volumeAccessMode?: string;
}

export interface ComponentStatus {
  componentKind: "Deployment" | "PodClique" | "PodCliqueScalingGroup" | "LeaderWorkerSet";
  componentName: string;
  componentNames?: string[];
  runtimeNamespace?: string;
  replicas: number;
  updatedReplicas: number;
  scheduledReplicas?: number;
  readyReplicas?: number;
  availableReplicas?: number;
}

export interface RollingUpdate {
  phase: "InProgress" | "Completed";
  startTime: string;
  endTime?: string;
  updatedServices: string[];
}

/** The status of a graph, with the fields that both releases' CRDs have, and two that only 1.4 fills. */
export interface GraphStatus {
  state?: "pending" | "successful" | "failed";
  conditions?: {
    type: string;
    status: string;
    reason: string;
    message: string;
    lastTransitionTime: string;
  }[];
  services?: Record<string, ComponentStatus>;
  observedGeneration?: number;
  rollingUpdate?: RollingUpdate;
}

/** A DynamoGraphDeployment, nvidia.com/v1alpha1. */
export interface GraphResource {
  apiVersion: string;
  kind: string;
  metadata: Omit<V1ObjectMeta, "name" | "namespace"> & { name: string; namespace: string };
  spec: {
    backendFramework?: string;
    labels?: StringMap;
    annotations?: StringMap;
    envs?: V1EnvVar[];
    pvcs?: ClaimRequest[];
    services?: Record<string, ComponentSpec>;
  };
  status?: GraphStatus;
}

export const labels = {
  graph: "nvidia.com/dynamo-graph-deployment-name",
  component: "nvidia.com/dynamo-component",
  type: "nvidia.com/dynamo-component-type",
  subType: "nvidia.com/dynamo-sub-component-type",
  class: "nvidia.com/dynamo-component-class",
  namespace: "nvidia.com/dynamo-namespace",
  workerHash: "nvidia.com/dynamo-worker-hash",
  selector: "nvidia.com/selector",
  metrics: "nvidia.com/metrics-enabled",
  target: "nvidia.com/dynamo-deployment-target-type",
  discoveryBackend: "nvidia.com/dynamo-discovery-backend",
  discoveryEnabled: "nvidia.com/dynamo-discovery-enabled",
} as const;

export const annotations = {
  discovery: "nvidia.com/dynamo-discovery-backend",
  metrics: "nvidia.com/enable-metrics",
  workerHash: "nvidia.com/current-worker-hash-v2",
  strategy: "nvidia.com/deployment-strategy",
  maxSurge: "nvidia.com/deployment-rolling-update-max-surge",
  maxUnavailable: "nvidia.com/deployment-rolling-update-max-unavailable",
} as const;

export const servicesOf = (graph: GraphResource): [string, ComponentSpec][] =>
  Object.entries(graph.spec.services ?? {});

/** Whether an Endpoint Picker chooses among a graph's workers. */
export const hasPicker = (graph: GraphResource): boolean =>
  servicesOf(graph).some(([, { componentType }]) => componentType === "epp");

/** Nodes of each of its replicas. */
export const nodesOf = ({ multinode }: ComponentSpec): number => multinode?.nodeCount ?? 1;

export const isWorker = ({ componentType = "" }: ComponentSpec): boolean =>
  ["worker", "prefill", "decode"].includes(componentType);

/**
 * The component's type as its pods and Services carry it. Operator 1.4 works on v1beta1, which has no subcomponents:
 * there a prefill or decode worker is of that type.
 */
export function componentTypeOf(
  { componentType = "", subComponentType }: ComponentSpec,
  release: OperatorRelease,
): string {
  const split = subComponentType === "prefill" || subComponentType === "decode";
  return release === "1.4" && componentType === "worker" && split ? subComponentType : componentType;
}

export const dynamoNamespace = ({ metadata }: GraphResource, component: ComponentSpec): string =>
  component.globalDynamoNamespace ? "dynamo" : `${metadata.namespace}-${metadata.name}`;

/** Kubernetes discovery is what the operator does unless an annotation says otherwise (platform chart 0.8 and newer). */
export const discoversByKubernetes = (noted: StringMap = {}): boolean =>
  (noted[annotations.discovery] ?? "kubernetes") === "kubernetes";

/** The annotations of a graph that its components inherit. */
export function inherited(graph: GraphResource): StringMap {
  const entries = Object.entries(graph.metadata.annotations ?? {});
  return Object.fromEntries(
    entries.filter(([key]) => key === annotations.discovery || key === annotations.metrics),
  );
}

/**
 * Names a generation of 1.4 workers: one hash for all workers of the graph, over what shapes their pods. Replicas don't
 * count, since scaling happens in place.
 */
export function workerHash(graph: GraphResource): string {
  const workers = servicesOf(graph).filter(([, component]) => isWorker(component));
  const specs = workers.map(([name, { replicas: _, scalingAdapter: __, ...spec }]) => [name, spec]);
  const { services: _, pvcs: __, ...shared } = graph.spec;
  const sorted = (_key: string, value: unknown) =>
    value instanceof Object && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort())
      : value;
  const text = JSON.stringify([Object.fromEntries(specs), shared, inherited(graph)], sorted);
  return createHash("sha256").update(text).digest("hex").slice(0, 8);
}

/** Name of a component's Deployment. A worker's carries its generation in 1.4. */
export function componentDeployment(
  graph: GraphResource,
  name: string,
  component: ComponentSpec,
  release: OperatorRelease,
): string {
  const plain = `${graph.metadata.name}-${name.toLowerCase()}`;
  return release === "1.4" && isWorker(component) ? `${plain}-${workerHash(graph)}` : plain;
}
