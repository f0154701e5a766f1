/** The v1beta1 of the graphs' API, of platforms 1.3 and newer: components have a pod template as workloads do. */
import type { Runtime } from "../../config/runtime/runtime";
import { versionOverrideOf } from "../../config/runtime/versions";
import { askedFor } from "./componentGpus";
import { type Component, envFromOf, type Graph, typeOf } from "./model";

/** A graph's `.spec` in v1beta1. */
export function v1beta1Spec({ backend, env, components }: Graph, runtime: Runtime) {
  return { backendFramework: backend, env, components: components.map((one) => componentOf(one, runtime)) };
}

function componentOf(component: Component, runtime: Runtime) {
  const { name, replicas, scaling, nodes, baseModel, sharedMemory } = component;
  const { container, pod, podMetadata, memoryService, checkpoint, sidecar } = component;
  const { devices: _, resources, claims, ...mainContainer } = container;
  const envFrom = envFromOf(component);
  const secret = component.envFromSecret && [{ secretRef: { name: component.envFromSecret } }];
  const limits = { ...resources?.limits, ...limitsOf(component) };
  const requests = resources?.requests;
  const versionOverride = versionOverrideOf(runtime, container.image);
  const main = {
    name: "main",
    ...mainContainer,
    ...(envFrom.length > 0 && { envFrom }),
    ...((Object.keys(limits).length > 0 || requests || claims) && {
      resources: {
        ...(Object.keys(limits).length > 0 && { limits }),
        ...(requests && { requests }),
        ...(claims && { claims }),
      },
    }),
  };
  return {
    name,
    type: typeOf(component),
    ...(component.globalDynamoNamespace && { globalDynamoNamespace: true }),
    ...(replicas !== undefined && { replicas }),
    ...(scaling && { scalingAdapter: {} }),
    ...(versionOverride !== undefined && { runtimeVersionOverride: versionOverride }),
    ...((memoryService !== undefined || checkpoint) && {
      experimental: {
        ...(memoryService !== undefined && { gpuMemoryService: { deviceClassName: memoryService } }),
        ...(checkpoint && { checkpoint: { enabled: true, ...checkpoint } }),
      },
    }),
    ...(component.pickerConfig && { eppConfig: { config: component.pickerConfig } }),
    ...(sidecar && { frontendSidecar: sidecarName }),
    ...(baseModel !== undefined && { modelRef: { name: baseModel } }),
    ...(sharedMemory !== undefined && { sharedMemorySize: sharedMemory }),
    ...(nodes > 1 && { multinode: { nodeCount: nodes } }),
    podTemplate: {
      ...(podMetadata && { metadata: podMetadata }),
      spec: {
        ...pod,
        containers: [
          main,
          ...(sidecar ? [{ name: sidecarName, ...sidecar, ...(secret && { envFrom: secret }) }] : []),
        ],
      },
    },
  };
}

/** The container with the frontend beside an engine. */
const sidecarName = "sidecar-frontend";

/** Kubernetes takes the requests from the limits. */
function limitsOf({ gpus: all, container: { devices } }: Component): Record<string, string> | undefined {
  const gpus = askedFor(all);
  if (gpus === undefined && devices === undefined) return undefined;
  const amounts = { ...(gpus && { [gpus.resource]: gpus.perPod }), ...devices };
  return Object.fromEntries(Object.entries(amounts).map(([resource, amount]) => [resource, String(amount)]));
}
