import { z } from "zod";
import { affinity } from "./affinity";
import { label, labelKey, labelValue } from "./fields";

const toleration = z
  .strictObject({
    key: labelKey.optional().meta({ description: "Key of the taint. Default: every taint." }),
    operator: z
      .enum(["Exists", "Equal"])
      .default("Exists")
      .meta({ description: "Whether the value counts." }),
    value: labelValue.optional().meta({ description: "Value of the taint, for Equal." }),
    effect: z
      .enum(["NoSchedule", "PreferNoSchedule", "NoExecute"])
      .optional()
      .meta({ description: "Effect of the taint. Default: every effect." }),
  })
  .refine(({ operator, value }) => (operator === "Equal") === (value !== undefined), {
    path: ["value"],
    error: "is of operator Equal, and of no other: write both or none",
  })
  .refine(({ operator, key }) => operator === "Exists" || key !== undefined, {
    path: ["key"],
    error: "is missing: operator Equal looks at the value of one taint",
  })
  .meta({ description: "A taint that does not keep the pods away." });

/** The nodes of pods, and how much these matter. */
const nodes = {
  nodeSelector: z
    .record(labelKey, labelValue)
    .optional()
    .meta({ description: "Labels that nodes must have." }),
  tolerations: z.array(toleration).optional().meta({ description: "Taints that the pods bear." }),
  priorityClass: label
    .optional()
    .meta({ description: "PriorityClass of the pods. Default: the cluster's own." }),
  affinity: affinity.optional().meta({
    description: "Further terms, as Kubernetes' `affinity`: nodeAffinity, podAffinity and podAntiAffinity.",
  }),
};

/** Placement of servers and Jobs. */
export const serverPlacement = z
  .strictObject(nodes)
  .meta({ title: "serverPlacement", description: "Nodes for these pods. Default: any with Linux." });

/** The nodes that pods run on, and their priority. */
export const placement = z
  .strictObject({
    gpuProduct: labelValue.optional().meta({
      description:
        "Kind of GPU, as NVIDIA's feature discovery labels nodes (nvidia.com/gpu.product), such as NVIDIA-H100-80GB-HBM3.",
    }),
    ...nodes,
    spread: z
      .enum(["node", "zone"])
      .optional()
      .meta({ description: "Domain that replicas are spread over, as far as there is room. Default: none." }),
    runtimeClass: label
      .optional()
      .meta({ description: "RuntimeClass of the pods, such as nvidia. Default: the nodes' own runtime." }),
    scheduler: label
      .optional()
      .meta({ description: "Scheduler of the pods. Default: the cluster's, or the orchestrator's." }),
  })
  .meta({ description: "Nodes for these pods. Default: any that have the GPUs." });

export type NodesConfig = z.output<typeof serverPlacement>;
export type PlacementConfig = z.output<typeof placement>;
