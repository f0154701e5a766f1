/** Devices of dynamic resource allocation: https://kubernetes.io/docs/concepts/scheduling-eviction/dynamic-resource-allocation/ */
import { z } from "zod";
import { isGpuClass } from "./accelerators";
import { count, label } from "./fields";

/** Name of a DeviceClass, a DNS name. */
export const deviceClass = z
  .string()
  .regex(
    /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/,
    'must be the name of a DeviceClass, such as "gpu.nvidia.com"',
  );

/** Schema of an item of `resourceClaims`. */
export const resourceClaim = z
  .strictObject({
    name: label.meta({ description: "Its name in the pod." }),
    deviceClass: deviceClass
      .refine((name) => !isGpuClass(name), {
        error: ({ input }) =>
          `"${input}" counts as a GPU: write it as gpuDeviceClass, or one of network devices`,
      })
      .optional()
      .meta({
        description:
          "DeviceClass of network devices, such as mrdma.google.com, of which each pod gets its own. The stack makes the template.",
      }),
    count: count.optional().meta({ description: "Devices of that class for a pod. Default: 1." }),
    template: label
      .optional()
      .meta({ description: "A ResourceClaimTemplate that is there, in the graphs' namespace." }),
    claim: label.optional().meta({
      description: "A ResourceClaim that is there, in the graphs' namespace, which all pods share.",
    }),
  })
  .refine(
    ({ deviceClass, template, claim }) =>
      [deviceClass, template, claim].filter((source) => source !== undefined).length === 1,
    { error: "must have exactly one of deviceClass, template and claim" },
  )
  .refine(({ count, deviceClass }) => count === undefined || deviceClass !== undefined, {
    path: ["count"],
    error: "is of a deviceClass: remove it",
  })
  .meta({ description: "Devices that the container claims beside its GPUs." });

export type ResourceClaimConfig = z.output<typeof resourceClaim>;
