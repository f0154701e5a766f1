import { z } from "zod";
import { podGpus } from "../../plan/gpus/podGpus";
import { workloadsOf } from "../../plan/gpus/workloads";
import { nameOf } from "../../plan/manifest";
import { objectRule } from "../rule";

export const gpusOutsideGraphs = objectRule({
  name: "gpus-outside-graphs",
  description: "GPUs are taken by graphs alone.",
  severity: "high",
  remedy: "Make it a component of a DynamoGraphDeployment, or have the object allowed in policies/config/.",
  settings: z.object({
    allowed: z
      .array(z.string())
      .default([])
      .describe("Objects that may take GPUs all the same, such as Job dynamo/download."),
  }),
  check({ manifest }, { allowed }, report) {
    if (manifest.kind === "DynamoGraphDeployment" || allowed.includes(nameOf(manifest))) return;
    for (const { component, object, pod } of workloadsOf(manifest).workloads) {
      const { asks, claims } = podGpus(pod);
      if (asks.length + claims.length > 0 && !allowed.includes(object))
        report(`${object}: ${component} takes GPUs outside of a graph`);
    }
  },
});
