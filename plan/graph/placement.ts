import type { PlacementConfig } from "../../config/placement";
import { onNodes } from "../nodes";
import { zoneLabel } from "../zones";
import { componentLabel, graphLabel } from "./labels";
import type { PodSettings } from "./model";

const topologyKeys = { node: "kubernetes.io/hostname", zone: zoneLabel };

/** The nodes of a component's pods. @param deployment name of the graph's DynamoGraphDeployment */
export function placed(
  placement: PlacementConfig | undefined,
  deployment: string,
  component: string,
): PodSettings {
  if (placement === undefined) return {};
  const { gpuProduct, spread, runtimeClass, scheduler } = placement;
  const nodeSelector = {
    ...placement.nodeSelector,
    ...(gpuProduct !== undefined && { "nvidia.com/gpu.product": gpuProduct }),
  };
  const matchLabels = {
    [graphLabel]: deployment,
    [componentLabel]: component,
  };
  return {
    ...onNodes({ ...placement, nodeSelector }),
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
