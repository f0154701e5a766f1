/** The transfer of the KV cache between the halves of a graph. */
import { z } from "zod";
import { isGpu } from "./accelerators";
import { count, resourceName } from "./fields";

/** Schema of a graph's `kvTransfer`. */
export const kvTransfer = z
  .strictObject({
    rdma: z
      .strictObject({
        resource: resourceName
          .refine((resource) => !isGpu(resource), {
            error: ({ input }) =>
              `"${input}" counts as a GPU: write one of network devices, such as "rdma/ib"`,
          })
          .default("rdma/ib")
          .meta({ description: "Resource by which nodes offer RDMA devices." }),
        devices: count.default(1).meta({ description: "Devices of a pod." }),
      })
      .optional()
      .meta({ description: "RDMA devices. The pods may lock memory then (IPC_LOCK). Default: none." }),
    transports: z
      .array(z.string().regex(/^[a-z0-9_]+$/, 'must be a transport of UCX, such as "tcp"'))
      .min(1, "must list at least one transport")
      .optional()
      .meta({
        description:
          "Transports that NIXL may use, as UCX names them. Default: all. Without RDMA on ARM: tcp and cuda_copy.",
      }),
  })
  .meta({ description: "Transfer of the KV cache from prefill to decode workers." });
