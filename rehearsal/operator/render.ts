import type {
  KubernetesObject,
  V1Deployment,
  V1DeploymentStrategy,
  V1PersistentVolumeClaim,
} from "@kubernetes/client-node";
import type { Orchestrator } from "../../config/runtime/runtime";
import { childMetadata, discoveryAccess, plannerServiceAccount } from "./access";
import {
  annotations,
  type ClaimRequest,
  type ComponentSpec,
  componentDeployment,
  discoversByKubernetes,
  type GraphResource,
  labels,
  nodesOf,
  type OperatorRelease,
  type StringMap,
  servicesOf,
} from "./graphResource";
import { metadataOf } from "./metadata";
import { madeBy, orchestratorOf } from "./orchestrator/choice";
import { renderPodSpec } from "./pod";
import { componentServices, headlessService } from "./services";

export interface RenderOptions {
  release: OperatorRelease;
  /** etcd that the operator was started with, such as `http://etcd.etcd-system:2379`. @default none */
  etcdAddress?: string;
  /** What makes pods of several nodes on the cluster. @default nothing */
  orchestrator?: Orchestrator;
  /** Whether DynamoGraphDeploymentScalingAdapter is installed. @default true */
  scalingAdapters?: boolean;
  /** Replicas of workers, by component, while a rollout sets them. @default those of the graph */
  workerReplicas?: Record<string, number>;
}

/**
 * Objects that the Dynamo operator of a release makes of a graph on a cluster without ingress controller, but for the pods
 * that an orchestrator makes, which are `orchestratedPods`'; the claims of `spec.pvcs` are `claim`'s. Learnt from the
 * operator's source at 007c5b60a1 (0.8) and 32c8091a8d (1.4) and from ten graphs given to both. Left out: pull secrets that
 * the operator looks up, model Services (`modelRef`), compilation caches, endpoint pickers, checkpoints, and the checks that
 * its webhooks make.
 */
export function render(graph: GraphResource, options: RenderOptions): KubernetesObject[] {
  const { release, scalingAdapters = true, orchestrator } = options;
  const components = servicesOf(graph);
  const refused = whyRefused(graph, orchestrator) !== undefined;
  return [
    plannerServiceAccount(graph),
    ...(discoversByKubernetes(graph.metadata.annotations) ? discoveryAccess(graph, release) : []),
    // 0.8 makes adapters before it looks whether it can make the components, 1.4 after that.
    ...(scalingAdapters && !(refused && release === "1.4")
      ? components.flatMap(([name, component]) => scalingAdapter(graph, name, component, release))
      : []),
    ...(refused ? [] : components.flatMap(([name, component]) => workload(graph, name, component, options))),
    ...(orchestratorOf(graph, orchestrator) === "grove" ? [headlessService(graph)] : []),
  ];
}

/** Reason why the operator makes no component of a graph, in the words of its status; undefined where it makes them. */
export function whyRefused(graph: GraphResource, orchestrator?: Orchestrator): string | undefined {
  const isWide = servicesOf(graph).some(([, component]) => nodesOf(component) > 1);
  return isWide && orchestratorOf(graph, orchestrator) === undefined
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

function workload(graph: GraphResource, name: string, component: ComponentSpec, options: RenderOptions) {
  const { release, etcdAddress, workerReplicas, orchestrator } = options;
  const services = componentServices(graph, name, component, { release, orchestrator });
  if (madeBy(orchestrator, graph, component)) return services;
  const selector = componentDeployment(graph, name, component, release);
  const { noted, objects, pods } = metadataOf(graph, name, component, { release, selector });
  const deployment: V1Deployment = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: childMetadata(graph, selector, objects),
    spec: {
      replicas: workerReplicas?.[name] ?? component.replicas,
      selector: { matchLabels: { [labels.selector]: selector } },
      strategy: strategy(objects.annotations),
      template: {
        metadata: pods,
        spec: renderPodSpec(graph, component, { release, etcdAddress, noted }),
      },
    },
  };
  return [deployment, ...services];
}

function strategy(noted: StringMap): V1DeploymentStrategy {
  if (noted[annotations.strategy] === "Recreate") return { type: "Recreate" };
  const limit = (value = "25%") => (value.endsWith("%") ? value : Number(value));
  const maxSurge = limit(noted[annotations.maxSurge]);
  const maxUnavailable = limit(noted[annotations.maxUnavailable]);
  return { type: "RollingUpdate", rollingUpdate: { maxSurge, maxUnavailable } };
}
