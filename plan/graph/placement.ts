import type { PlacementConfig } from "../../config/placement";
import { componentLabel, graphLabel } from "./labels";
import type { PodSettings } from "./model";

const topologyKeys = { node: "kubernetes.io/hostname", zone: "topology.kubernetes.io/zone" };

/** The nodes of a component's pods. @param deployment name of the graph's DynamoGraphDeployment */
export function placed(
  placement: PlacementConfig | undefined,
  deployment: string,
  component: string,
): PodSettings {
  if (placement === undefined) return {};
  const { gpuProduct, nodeSelector, tolerations, priorityClass, spread, affinity, runtimeClass, scheduler } =
    placement;
  const labels = {
    ...nodeSelector,
    ...(gpuProduct !== undefined && { "nvidia.com/gpu.product": gpuProduct }),
  };
  const matchLabels = {
    [graphLabel]: deployment,
    [componentLabel]: component,
  };
  return {
    ...(Object.keys(labels).length > 0 && { nodeSelector: labels }),
    ...(tolerations && { tolerations }),
    ...(affinity && { affinity }),
    ...(priorityClass !== undefined && { priorityClassName: priorityClass }),
    ...(runtimeClass !== undefined && { runtimeClassName: runtimeClass }),
    ...(scheduler !== undefined && { schedulerName: scheduler }),
    ...(spread && {
      topologySpreadConstraints: [
        {
          maxSkew: 1,
          topologyKey: topologyKeys[spread],
          whenUnsatisfiable: "ScheduleAnyway",
          labelSelector: { matchLabels },
        },
      ],
    }),
  };
}
