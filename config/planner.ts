/** The planner of a graph. */
import { z } from "zod";
import { count, label } from "./fields";
import { podSettings } from "./podSettings";

const milliseconds = z.number().positive("must be more than 0").max(3_600_000);

/** Schema of a graph's `planner`. */
export const planner = z
  .strictObject({
    timeToFirstToken: milliseconds.default(500).meta({
      description: "Milliseconds within which the first token should come.",
    }),
    interTokenLatency: milliseconds.default(50).meta({
      description: "Milliseconds between tokens.",
    }),
    maxGpus: count.meta({ description: "Most GPUs that it may bring the workers to. Budgets count these." }),
    profile: label.optional().meta({
      description:
        "ConfigMap with the model's profile, in the graphs' namespace, made by Dynamo's profiler. Runtimes before 1.4 need one.",
    }),
    settings: z.record(z.string(), z.unknown()).optional().meta({
      description:
        "Other settings of the planner by their names in its release, such as load_adjustment_interval_seconds: a number, a text, or true or false. Default: the planner's own.",
    }),
    ...podSettings,
  })
  .meta({ description: "Dynamo's SLA planner, which scales prefill and decode workers. Default: none." });
