/** What lets workers start anew without loading their model: a service that keeps it in the GPUs' memory, or a checkpoint of their process. */
import { z } from "zod";
import { isGpuClass } from "./accelerators";
import { deviceClass } from "./claims";
import { label } from "./fields";

/** Class of the GPUs of a memory service, where none is named. */
export const defaultGpuClass = "gpu.nvidia.com";

/** Schema of a pool's `gpuMemoryService`. */
export const gpuMemoryService = z
  .strictObject({
    deviceClass: deviceClass
      .refine(isGpuClass, {
        error: ({ input }) => `"${input}" has no GPUs: write the class of these, such as ${defaultGpuClass}`,
      })
      .default(defaultGpuClass)
      .meta({ description: "DeviceClass by which the operator claims the pod's GPUs." }),
  })
  .meta({
    description:
      "Dynamo's GPU Memory Service, as a container beside the engine's in each pod: weights stay in the GPUs while the engine starts anew. It needs NVIDIA's DRA driver. Default: none.",
  });

/** Schema of a pool's `checkpoint`. */
export const checkpoint = z
  .strictObject({
    startupPolicy: z.enum(["Immediate", "WaitForCheckpoint"]).default("Immediate").meta({
      description:
        "Whether workers start cold while the checkpoint is made, and only later ones from it, or all of them wait for it.",
    }),
    checkpointRef: label.optional().meta({
      description:
        "A DynamoCheckpoint that is there, in the graphs' namespace. Default: the operator makes one, in a pod more with the GPUs of one.",
    }),
  })
  .refine(
    ({ checkpointRef, startupPolicy }) => checkpointRef === undefined || startupPolicy === "Immediate",
    {
      path: ["startupPolicy"],
      error: "is of a checkpoint that is made, and checkpointRef names one that is there: remove one",
    },
  )
  .meta({
    description:
      "Workers start from a checkpoint of one that has loaded its model, by Dynamo's snapshots, which the platform must have. Default: they load it.",
  });

export type CheckpointConfig = z.output<typeof checkpoint>;
