/** What a change does to a graph, as commands print it for machines. */
import { z } from "zod";

const count = z.number().int().min(0);

const changeOf = z.object({ from: z.string(), to: z.string() });

export const effect = z.object({
  graph: z.string(),
  way: z
    .enum(["new", "goes", "beside", "recreated", "in place"])
    .describe("Whether it is made, goes, gets another beside it or in its place, or is changed in place."),
  starts: z
    .array(z.object({ component: z.string(), pods: count, gpus: z.number() }))
    .describe("Pods that are started, by component: all of what is made, and those that roll."),
  scales: z.array(z.object({ component: z.string(), from: z.number(), to: z.number() })),
  model: changeOf.optional(),
  runtime: changeOf.optional(),
});
