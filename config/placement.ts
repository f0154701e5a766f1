/** On which nodes pods run, and before whom. */
import { z } from "zod";
import { label } from "./fields";

const toleration = z
  .strictObject({
    key: z.string().min(1).optional().meta({ description: "Key of the taint. Default: every taint." }),
    operator: z
      .enum(["Exists", "Equal"])
      .default("Exists")
      .meta({ description: "Whether the value counts." }),
    value: z.string().optional().meta({ description: "Value of the taint, for Equal." }),
    effect: z
      .enum(["NoSchedule", "PreferNoSchedule", "NoExecute"])
      .optional()
      .meta({ description: "Effect of the taint. Default: every effect." }),
  })
  .meta({ description: "A taint that does not keep the pods away." });

export const placement = z
  .strictObject({
    gpuProduct: z.string().min(1).optional().meta({
      description:
        "Kind of GPU, as NVIDIA's feature discovery labels nodes (nvidia.com/gpu.product), such as NVIDIA-H100-80GB-HBM3.",
    }),
    nodeSelector: z
      .record(z.string(), z.string())
      .optional()
      .meta({ description: "Labels that nodes must have." }),
    tolerations: z.array(toleration).optional().meta({ description: "Taints that the pods bear." }),
    priorityClass: label
      .optional()
      .meta({ description: "PriorityClass of the pods. Default: the cluster's own." }),
    spread: z
      .enum(["node", "zone"])
      .optional()
      .meta({ description: "What replicas are spread over, as far as there is room. Default: not told." }),
  })
  .meta({ description: "Nodes for these pods. Default: any that have the GPUs." });

export type PlacementConfig = z.output<typeof placement>;
