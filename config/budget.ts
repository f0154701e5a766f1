/** What a stack may take, and what it costs. */
import { z } from "zod";
import { count } from "./fields";

/** Schema of `dynamo:budget`. */
export const budget = z
  .strictObject({
    gpus: count.optional().meta({
      description:
        "Most GPUs that the graphs' namespace may hold. A plan for more is refused, and a ResourceQuota holds the cluster to it. Default: no limit.",
    }),
    pricePerGpuHour: z.number().positive("must be more than 0").max(1_000_000).optional().meta({
      description: "Price of a GPU for an hour, for the stack's cost. Default: no cost is shown.",
    }),
    prices: z
      .record(
        z.string().regex(/^[\w./-]{1,100}$/, "must be a kind of GPU"),
        z.number().positive("must be more than 0").max(1_000_000),
      )
      .optional()
      .meta({
        description:
          "Prices of kinds of GPU for an hour, by placement.gpuProduct or by resource. Others cost pricePerGpuHour.",
      }),
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/, 'must be a code of three letters such as "USD"')
      .default("USD")
      .meta({ description: "Currency of that price." }),
  })
  .meta({ description: "Limit and price of the stack's GPUs." });
