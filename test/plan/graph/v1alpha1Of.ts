/** A graph's manifest in v1beta1, written back in v1alpha1, as the operator's conversion does. */
import type { ComponentSpec, GraphResource } from "../../../rehearsal/operator/graphResource";

export interface GraphInV1beta1 {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: GraphResource["metadata"];
  readonly spec: {
    readonly backendFramework: string;
    readonly env: ComponentSpec["envs"];
    readonly components: readonly ComponentInV1beta1[];
  };
}

interface ComponentInV1beta1 {
  readonly name: string;
  readonly type: string;
  readonly replicas?: number;
  readonly globalDynamoNamespace?: boolean;
  readonly scalingAdapter?: object;
  readonly modelRef?: { name: string };
  readonly multinode?: { nodeCount: number };
  readonly podTemplate: {
    readonly spec: { readonly containers: readonly [object]; readonly [field: string]: unknown };
  };
}

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
  ...rest
}: ComponentInV1beta1): ComponentSpec {
  const { containers, ...pod } = podTemplate.spec;
  const [mainContainer] = containers;
  const isHalf = type === "prefill" || type === "decode";
  return {
    ...rest,
    componentType: isHalf ? "worker" : type,
    ...(isHalf && { subComponentType: type }),
    ...(scalingAdapter && { scalingAdapter: { enabled: true } }),
    extraPodSpec: { ...pod, mainContainer },
  };
}
