/** Graphs in both versions of their API. The stand-in works on v1alpha1, and converts as the operator does. */
import type { V1Container } from "@kubernetes/client-node";
import type { ComponentSpec, FrontendSidecar, GraphResource, GraphStatus } from "./graphResource";

/**
 * A version of the API that a rehearsal adds to the CRD: the one that the API server stores. It keeps every field, so
 * that a graph is as it was written, whichever version it was written in.
 */
export const storedVersion = "stored";

export interface GraphInV1beta1 {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: GraphResource["metadata"];
  readonly spec: {
    readonly backendFramework: string;
    readonly env: ComponentSpec["envs"];
    readonly components: readonly ComponentInV1beta1[];
  };
  readonly status?: Omit<GraphStatus, "services"> & { readonly components?: GraphStatus["services"] };
}

interface ComponentInV1beta1 {
  readonly name: string;
  readonly type: string;
  readonly replicas?: number;
  readonly globalDynamoNamespace?: boolean;
  readonly scalingAdapter?: object;
  readonly modelRef?: { name: string };
  readonly multinode?: { nodeCount: number };
  readonly sharedMemorySize?: string;
  /** Name of the container with the frontend beside the engine. */
  readonly frontendSidecar?: string;
  readonly podTemplate: {
    readonly metadata?: NonNullable<ComponentSpec["extraPodMetadata"]>;
    readonly spec: { readonly containers: readonly [object, ...object[]]; readonly [field: string]: unknown };
  };
}

/** A graph as the API server stores it, as the stand-in works on it; its apiVersion is the one that it was written in. */
export function readGraph(stored: GraphResource | GraphInV1beta1): GraphResource {
  if (!("components" in stored.spec))
    return { ...(stored as GraphResource), apiVersion: "nvidia.com/v1alpha1" };
  const { status, ...graph } = stored as GraphInV1beta1;
  const { components: services, ...others } = status ?? {};
  return {
    ...v1alpha1Of(graph),
    apiVersion: "nvidia.com/v1beta1",
    ...(status && { status: { ...others, ...(services && { services }) } }),
  };
}

/** The status of a graph in the version that it was written in. */
export function writtenStatus({ apiVersion, status: { services, ...others } = {} }: GraphResource): object {
  const part = apiVersion === "nvidia.com/v1beta1" ? "components" : "services";
  return { ...others, ...(services && { [part]: services }) };
}

/** A graph in the version that it was written in, with other replicas of components. */
export function withReplicas<Graph extends GraphResource | GraphInV1beta1>(
  graph: Graph,
  replicas: Readonly<Record<string, number>>,
): Graph {
  const scaled = <Part extends object>(name: string, part: Part) =>
    name in replicas ? { ...part, replicas: replicas[name] } : part;
  const { spec } = graph;
  const components =
    "components" in spec
      ? { components: spec.components.map((one) => scaled(one.name, one)) }
      : {
          services: Object.fromEntries(
            Object.entries(spec.services ?? {}).map(([name, one]) => [name, scaled(name, one)]),
          ),
        };
  return { ...graph, spec: { ...spec, ...components } };
}

/** A graph's manifest in v1beta1, written back in v1alpha1. */
export function v1alpha1Of({ apiVersion: _, kind, metadata, spec }: GraphInV1beta1): GraphResource {
  const { env, components, backendFramework } = spec;
  return {
    apiVersion: "nvidia.com/v1alpha1",
    kind,
    metadata,
    spec: {
      backendFramework,
      envs: env,
      services: Object.fromEntries(components.map((component) => [component.name, serviceOf(component)])),
    },
  };
}

function serviceOf({
  name: _,
  type,
  scalingAdapter,
  podTemplate,
  sharedMemorySize,
  frontendSidecar,
  ...rest
}: ComponentInV1beta1): ComponentSpec {
  const { containers, ...pod } = podTemplate.spec;
  const [mainContainer] = containers;
  const beside = (containers as readonly V1Container[]).find(({ name }) => name === frontendSidecar);
  const isHalf = type === "prefill" || type === "decode";
  return {
    ...rest,
    componentType: isHalf ? "worker" : type,
    ...(isHalf && { subComponentType: type }),
    ...(scalingAdapter && { scalingAdapter: { enabled: true } }),
    ...(sharedMemorySize !== undefined && { sharedMemory: { size: sharedMemorySize } }),
    ...(beside && { frontendSidecar: sidecarOf(beside) }),
    ...(podTemplate.metadata && { extraPodMetadata: podTemplate.metadata }),
    extraPodSpec: { ...pod, mainContainer },
  };
}

const sidecarOf = ({ image = "", args, env, envFrom }: V1Container): FrontendSidecar => ({
  image,
  ...(args && { args }),
  ...(env && { envs: env }),
  ...(envFrom?.[0]?.secretRef?.name && { envFromSecret: envFrom[0].secretRef.name }),
});
